import multiprocessing
import os
import socket
import subprocess
import threading

if __name__ == "__main__":
    print(subprocess.run(["echo", "sub"], capture_output=True).stdout)
    one, other = socket.socketpair()
    thread = threading.Thread(target=lambda: print(other.recv(10)))
    thread.start()
    one.send(b"x")
    thread.join()
    print(os.popen("echo popen | cat").read())
    queue = multiprocessing.get_context("fork").Queue()
    process = multiprocessing.get_context("fork").Process(target=queue.put, args=(5,))
    process.start()
    print(queue.get())
    process.join()
