# expect:
# allow: connection-refused
# args: 127.0.0.1 3001
# play: exit
import socket
import sys

try:
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5)
except ConnectionRefusedError as e:
    print("Serveur injoignable :", e)
    sys.exit(1)
s.sendall(b"bonjour")
