# expect:
# play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect 0\r\n\r\n, settle, a close, settle, interrupt
import socket
import sys

s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, _ = s.accept()
        with conn:
            while conn.recv(4096):
                conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n")
                for morceau in (b"Bonjour ", b"le monde\n"):
                    conn.sendall(b"%x\r\n%s\r\n" % (len(morceau), morceau))
                conn.sendall(b"0\r\n\r\n")
except KeyboardInterrupt:
    s.close()
