# expect: recv-on-unready
# play: a connect, settle, b connect, settle, b send deux
# play: 10 times settle
# play: a send un, a expect un, b expect deux, settle, interrupt
# Whoever spoke, every client is read.
import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen(5)
clients = []
try:
    while True:
        ready, _, _ = select.select([s] + clients, [], [])
        if s in ready:
            c, _ = s.accept()
            clients.append(c)
            continue
        for c in list(clients):
            data = c.recv(1024)
            if data:
                c.sendall(data)
            else:
                clients.remove(c)
                c.close()
except KeyboardInterrupt:
    pass
for c in clients:
    c.close()
s.close()
