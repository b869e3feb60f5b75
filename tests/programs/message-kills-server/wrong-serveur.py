# expect: message-kills-server
# allow: iterative-only
# play: a connect, a send 12\n, a expect 24\n, a close, b connect, b send douze\n, b end, exit
# args: 3001
# int() of whatever the client wrote.
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen()
while True:
    conn, addr = s.accept()
    with conn:
        while data := conn.recv(1024):
            conn.sendall(b"%d\n" % (2 * int(data)))
