# expect: busy-loop
# play: a connect, a send un, a expect un, spin, a close, interrupt
import select
import socket
import sys

s = socket.create_server(("", int(sys.argv[1])))
s.setblocking(False)
clients = []
try:
    while True:
        lus, _, _ = select.select([s] + clients, [], [], 0)
        for x in lus:
            if x is s:
                clients.append(s.accept()[0])
            else:
                d = x.recv(100)
                if d:
                    x.sendall(d)
                else:
                    clients.remove(x)
                    x.close()
except KeyboardInterrupt:
    pass
