# expect:
# args: 127.255.255.255 3001
# play: exit
# Nobody has to hear it: what is broadcast may be lost.
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.sendto(b"qui est la ?", (sys.argv[1], int(sys.argv[2])))
s.close()
