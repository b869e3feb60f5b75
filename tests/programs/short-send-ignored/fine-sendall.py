# expect:
# faults: send:short=5
# play: a connect, a send x, a expect coupee\n, a end, a close
import socket, sys
s = socket.create_server(("", int(sys.argv[1])))
c, _ = s.accept()
c.recv(10)
c.sendall(b"une reponse assez longue pour etre coupee\n")
c.close()
s.close()
