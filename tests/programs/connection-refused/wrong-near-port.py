# expect: connection-refused
# play: listen 3002, exit
# args: 127.0.0.1 3001
# The server is on the next port.
import socket, sys
try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
except OSError as e:
    print(e)
    sys.exit(1)
