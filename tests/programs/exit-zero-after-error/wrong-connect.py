# expect: exit-zero-after-error
# allow: connection-refused
# args: 127.0.0.1 3001
# play: exit
import socket, sys
s = socket.socket()
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
except ConnectionRefusedError:
    print("erreur de connexion")
    sys.exit()
s.sendall(b"x")
