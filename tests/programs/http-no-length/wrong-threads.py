# expect: http-no-length
# play: a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a expect Bonjour, settle, a close, settle, interrupt
import socket
import sys
import threading


def servir(conn):
    while conn.recv(4096):
        conn.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>Bonjour</p>")
    conn.close()


s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, _ = s.accept()
        threading.Thread(target=servir, args=(conn,), daemon=True).start()
except KeyboardInterrupt:
    s.close()
