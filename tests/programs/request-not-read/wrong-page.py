# expect: request-not-read
# play: 2 times a connect, a send GET /page HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n, a end, a close, settle
# play: interrupt
# Only the beginning of the request is read.
import socket
import sys

s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, _ = s.accept()
        debut = conn.recv(9)
        page = b"ok" if debut == b"GET /page" else b"??"
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n" + page)
        conn.close()
except KeyboardInterrupt:
    s.close()
