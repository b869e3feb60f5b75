# expect: accept-before-listen
# play: exit
import socket
s = socket.socket()
s.bind(("", 3001))
c, a = s.accept()
c.send(b"ok")
