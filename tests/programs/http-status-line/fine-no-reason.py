# expect:
# play: a connect, a send GET / HTTP/1.0\r\n\r\n, a expect Bonjour, a end, a close, settle, interrupt
# The reason phrase may be empty (RFC 9112), and the version 1.0; the answer leaves in pieces.
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen()
try:
    while True:
        c, _ = s.accept()
        c.recv(4096)
        corps = "<h1>Bonjour</h1>"
        c.sendall(b"HTTP/1.0 200 \r\n")
        c.sendall(b"Content-Type: text/html\r\n")
        c.sendall(b"Content-Length: %d\r\n\r\n" % len(corps))
        c.sendall(corps.encode())
        c.close()
except KeyboardInterrupt:
    s.close()
