# expect: edge-triggered-left
# play: a connect, a send \*48{x}, a expect \*16{x}, deadlock, interrupt
# The client waits for its 48 bytes, the server for an announcement.
import select, signal, socket, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("", int(sys.argv[1])))
s.listen(5)
ep = select.epoll()
ep.register(s, select.EPOLLIN)
clients = {}
while True:
    for fd, _ in ep.poll():
        if fd == s.fileno():
            c, _ = s.accept()
            clients[c.fileno()] = c
            ep.register(c, select.EPOLLIN | select.EPOLLET)
            continue
        c = clients[fd]
        data = c.recv(16)
        if data:
            c.sendall(data)
        else:
            ep.unregister(c)
            del clients[fd]
            c.close()
