# expect:
# allow: iterative-only
# play: a connect, a expect ligne 0, a end, a close, settle, interrupt
# args: 3001
# The same blocks, cut where readinto says.
import os
import socket
import sys

with open("fichier.txt", "w") as f:
    for i in range(100):
        f.write(f"ligne {i * i}\n")

s = socket.create_server(("", int(sys.argv[1])))
bloc = bytearray(512)
vue = memoryview(bloc)
try:
    while True:
        conn, addr = s.accept()
        with conn, open("fichier.txt", "rb", buffering=0) as f:
            while n := f.readinto(bloc):
                conn.sendall(vue[:n])
except KeyboardInterrupt:
    os.remove("fichier.txt")
    s.close()
