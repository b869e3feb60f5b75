# expect: listen-loopback-only
# play: a connect, a expect ok, a end, a close
import socket, sys
s = socket.socket()
s.bind(("localhost", int(sys.argv[1])))
s.listen()
c, _ = s.accept()
c.sendall(b"ok")
c.close()
s.close()
