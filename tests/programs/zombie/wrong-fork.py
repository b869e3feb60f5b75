# expect: zombie
# play: 4 times a connect, a send salut, a expect salut, a close, settle
# play: interrupt
import os
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen(5)
while True:
    try:
        conn, addr = s.accept()
    except KeyboardInterrupt:
        sys.exit(0)
    if os.fork() == 0:
        s.close()
        while True:
            data = conn.recv(1024)
            if not data:
                break
            conn.sendall(data)
        conn.close()
        os._exit(0)
    conn.close()
