# expect: fork-keeps-client
# allow: fd-leak
# play: 4 times a connect, a send salut, a expect SALUT, settle, a close, settle
# play: interrupt
import os
import signal
import socket
import sys

signal.signal(signal.SIGCHLD, signal.SIG_IGN)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen(5)
connexions = []
try:
    while True:
        conn, addr = s.accept()
        connexions.append(conn)
        if os.fork() == 0:
            s.close()
            conn.sendall(conn.recv(1024).upper())
            conn.close()
            os._exit(0)
except KeyboardInterrupt:
    pass
