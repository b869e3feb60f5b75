# expect: address-not-local
# play: exit
import socket, sys
s = socket.socket()
try:
    s.bind(("10.1.2.3", 3001))
except OSError as e:
    print("bind :", e)
    sys.exit(1)
