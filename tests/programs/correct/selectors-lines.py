# expect:
# play: a connect, b connect, a send bon, settle, b send xyz\n, b expect zyx\n, a send jour\n, a expect ruojnob\n, a close, b reset, settle, interrupt
import selectors
import socket
import sys

sel = selectors.DefaultSelector()
ecoute = socket.create_server(("", int(sys.argv[1])))
ecoute.setblocking(False)
sel.register(ecoute, selectors.EVENT_READ)
restes = {}
try:
    while True:
        for cle, _ in sel.select():
            s = cle.fileobj
            if s is ecoute:
                c, _ = s.accept()
                restes[c] = b""
                sel.register(c, selectors.EVENT_READ)
                continue
            try:
                data = s.recv(1024)
            except ConnectionError:
                data = b""
            if not data:
                sel.unregister(s)
                del restes[s]
                s.close()
                continue
            *lignes, restes[s] = (restes[s] + data).split(b"\n")
            for ligne in lignes:
                s.sendall(ligne[::-1] + b"\n")
except KeyboardInterrupt:
    sel.close()
    ecoute.close()
