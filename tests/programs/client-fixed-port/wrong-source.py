# expect: client-fixed-port
# play: listen, a accept, a expect coucou, a end, exit
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.bind(("127.0.0.1", 5000))
s.connect((sys.argv[1], int(sys.argv[2])))
s.sendall(b"coucou")
s.close()
