# expect: short-send-ignored
# faults: send:short=5
# play: a connect, a send x, a end, a close
# send() instead of sendall().
import socket, sys
s = socket.create_server(("", int(sys.argv[1])))
c, _ = s.accept()
c.recv(10)
c.send(b"une reponse assez longue pour etre coupee\n")
c.close()
s.close()
