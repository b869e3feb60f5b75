# expect: file-block-oversent
# allow: iterative-only
# play: a connect, a expect ligne 0, a end, a close, settle, interrupt
# args: 3001
# readinto says how much it has read, and sendall sends the whole bytearray.
import os
import socket
import sys

with open("fichier.txt", "w") as f:
    for i in range(100):
        f.write(f"ligne {i * i}\n")

s = socket.create_server(("", int(sys.argv[1])))
bloc = bytearray(512)
try:
    while True:
        conn, addr = s.accept()
        with conn, open("fichier.txt", "rb", buffering=0) as f:
            while n := f.readinto(bloc):
                conn.sendall(bloc)
except KeyboardInterrupt:
    os.remove("fichier.txt")
    s.close()
