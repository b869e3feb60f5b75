# expect: client-kills-server
# play: a connect, a send un, a expect un, a close, b connect, b send deux, b expect deux, b reset, exit
# No try: the exception of one client is everybody's.
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen()
while True:
    conn, addr = s.accept()
    print("nouveau client", addr)
    while True:
        data = conn.recv(1024)
        if not data:
            break
        conn.send(data)
    conn.close()
