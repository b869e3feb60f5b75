# expect:
# allow: iterative-only
# play: a connect, a send un, a expect un, settle, interrupt
# Ctrl-C just after a message: a traceback as well, but of the person who stops the server.
import socket
import sys

s = socket.create_server(("", int(sys.argv[1])))
while True:
    conn, addr = s.accept()
    with conn:
        while data := conn.recv(1024):
            conn.sendall(data)
