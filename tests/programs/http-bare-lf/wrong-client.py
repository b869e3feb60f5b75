# expect: http-bare-lf
# play: listen, a accept, a expect \n\n, a send HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok, a end, a close
import socket
import sys

s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(b"GET / HTTP/1.1\nHost: localhost\nConnection: close\n\n")
reponse = b""
while morceau := s.recv(4096):
    reponse += morceau
    if reponse.endswith(b"ok"):
        break
print(reponse.decode())
s.close()
