# expect:
# play: a connect, settle, a send un, a expect un, settle, b connect, settle, b send deux, b expect deux, a send trois, a expect trois, a close, b close, settle, interrupt
# Python's select gives lists of its own: the one that is watched stays whole.
import select, signal, socket, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen(5)
watched = [s]
while True:
    ready, _, _ = select.select(watched, [], [])
    for one in ready:
        if one is s:
            c, _ = s.accept()
            watched.append(c)
            continue
        data = one.recv(1024)
        if data:
            one.sendall(data)
        else:
            watched.remove(one)
            one.close()
