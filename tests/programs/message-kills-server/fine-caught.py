# expect:
# allow: iterative-only
# play: a connect, a send 12\n, a expect 24\n, a send douze\n, a expect erreur\n, a close, b connect, b send 3\n, b expect 6\n, b close, settle, interrupt
import socket
import sys
import traceback

s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, addr = s.accept()
        with conn:
            while data := conn.recv(1024):
                try:
                    conn.sendall(b"%d\n" % (2 * int(data)))
                except ValueError:
                    traceback.print_exc()
                    conn.sendall(b"erreur\n")
except KeyboardInterrupt:
    s.close()
