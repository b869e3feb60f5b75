# expect: both-receive
# play: a connect, a receive, deadlock, interrupt
import socket, sys
s = socket.create_server(("", int(sys.argv[1])))
c, _ = s.accept()
try:
    print(c.recv(1024))
    c.sendall(b"bien recu")
except KeyboardInterrupt:
    pass
c.close()
s.close()
