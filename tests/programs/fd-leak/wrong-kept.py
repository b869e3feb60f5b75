# expect: fd-leak
# play: 6 times a connect, a send salut, a expect salut, a close, settle
# play: interrupt
# Every client stays in the list for ever.
import socket
import sys

clients = []
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen(5)
while True:
    try:
        conn, addr = s.accept()
    except KeyboardInterrupt:
        break
    clients.append(conn)
    while True:
        data = conn.recv(1024)
        if not data:
            break
        conn.sendall(data)
    print(addr, "est parti")
