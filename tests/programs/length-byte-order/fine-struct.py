# expect:
# play: listen, a accept, a expect message, a send \0\0\0\x05, settle, a send salut, a end, exit
import socket
import struct
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
    s.sendall(b"message")
    longueur, = struct.unpack("!I", s.recv(4))
    print(s.recv(longueur).decode())
