# expect: short-recv-used
# play: listen, a accept, a expect liste, a send \0\x14, settle, a send vingt octets, settle, a send \sen tout, settle, a close, exit
# recv(n) is at most n.
import socket
import struct
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
    s.sendall(b"liste")
    while True:
        header = s.recv(2)
        if len(header) < 2:
            break
        length, = struct.unpack("!H", header)
        print(s.recv(length).decode(), flush=True)
