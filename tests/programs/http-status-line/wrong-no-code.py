# expect: http-status-line
# play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect Bonjour, a end, a close, settle, interrupt
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
        c.sendall(("HTTP/1.1 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s" % (len(corps), corps)).encode())
        c.close()
except KeyboardInterrupt:
    s.close()
