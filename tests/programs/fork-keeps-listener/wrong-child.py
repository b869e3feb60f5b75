# expect: fork-keeps-listener
# play: 2 times a connect, a send salut, a expect salut, a close, settle
# play: interrupt
import os
import signal
import socket
import sys

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, addr = s.accept()
        if os.fork() == 0:
            while True:
                data = conn.recv(100)
                if not data:
                    break
                conn.sendall(data)
            conn.close()
            os._exit(0)
        conn.close()
except KeyboardInterrupt:
    s.close()
