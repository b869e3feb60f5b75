# expect:
# play: a connect, a expect ok, a end, a close
# Python calls getpeername on its listening socket when it shows it: ENOTCONN, and no mistake.
import socket, sys
s = socket.create_server(("", int(sys.argv[1])))
print(s)
c, _ = s.accept()
c.sendall(b"ok")
print(c)
c.close()
s.close()
