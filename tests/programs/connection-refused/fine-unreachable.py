# expect:
# play: exit
import socket, sys
try:
    s = socket.create_connection(("192.0.2.1", 3001), timeout=2)
except OSError as e:
    print(e)
    sys.exit(1)
