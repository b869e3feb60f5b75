# expect: port-in-use
# play: listen, exit
# args: 3001
import socket, sys
s = socket.socket()
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
