# expect:
# play: listen, a accept, a expect combien\n, a send douze\n, a end, exit
# A client that ends with a traceback: it serves nobody.
import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
    s.sendall(b"combien\n")
    print(2 * int(s.recv(100)))
