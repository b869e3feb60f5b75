# expect: broadcast-forbidden
# args: 127.255.255.255 3001
# play: exit
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try:
    s.sendto(b"qui est la ?", (sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print("sendto:", error, file=sys.stderr)
    s.close()
    sys.exit(1)
s.close()
