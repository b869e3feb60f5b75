# expect:
# play: listen, a accept, a expect combien\n, a shutdown, a end, exit
# An exception that nobody catches: the interpreter itself ends well, with the code 1.
import socket
import sys

s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(b"combien\n")
reponse = s.recv(100)
s.close()
print(reponse.split()[0].decode())
