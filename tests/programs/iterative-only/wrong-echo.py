# expect: iterative-only
# play: a connect, a send un, a expect un, b connect, b send deux, settle, a close, b expect deux, b close, interrupt
import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('', int(sys.argv[1])))
s.listen()
try:
    while True:
        c, addr = s.accept()
        while True:
            d = c.recv(4096)
            if not d:
                break
            c.sendall(d)
        c.close()
except KeyboardInterrupt:
    s.close()
