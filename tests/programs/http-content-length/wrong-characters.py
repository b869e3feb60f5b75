# expect: http-content-length
# play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect Content-Length, a end, a close, settle, interrupt
# len() of a str counts characters, not bytes.
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen()
try:
    while True:
        c, _ = s.accept()
        c.recv(4096)
        corps = "<h1>Bonjour à tous, c'est l'été !</h1>\n"
        entete = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
        entete += f"Content-Length: {len(corps)}\r\nConnection: close\r\n\r\n"
        c.sendall((entete + corps).encode())
        c.close()
except KeyboardInterrupt:
    s.close()
