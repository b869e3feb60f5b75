# expect:
# play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, b close, a close, settle, interrupt
import select, socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', int(sys.argv[1])))
s.listen()
tous = [s]
try:
    while True:
        prets, _, _ = select.select(tous, [], [])
        for p in prets:
            if p is s:
                c, _ = s.accept()
                tous.append(c)
            else:
                d = p.recv(4096)
                if d:
                    p.sendall(d)
                else:
                    tous.remove(p)
                    p.close()
except KeyboardInterrupt:
    for p in tous:
        p.close()
