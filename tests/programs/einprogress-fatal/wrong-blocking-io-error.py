# expect: einprogress-fatal
# play: listen, a accept, exit
# BlockingIOError is an OSError like another.
import socket, sys
s = socket.socket()
s.setblocking(False)
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
except OSError as error:
    print("connect:", error, file=sys.stderr)
    s.close()
    sys.exit(1)
s.sendall(b"bonjour\n")
s.close()
