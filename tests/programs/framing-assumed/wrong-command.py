# expect: framing-assumed
# play: a connect, a send ADD 12 30\n, a expect 42\n, a send ADD 1, a expect erreur\n, a send 2 30\n, a expect erreur\n, a close
import socket
import sys

s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", int(sys.argv[1])))
s.listen(5)
conn, addr = s.accept()
while True:
    data = conn.recv(1024)
    if not data:
        break
    mots = data.decode().split()
    if len(mots) == 3 and mots[0] == "ADD":
        conn.sendall(f"{int(mots[1]) + int(mots[2])}\n".encode())
    else:
        conn.sendall(b"erreur\n")
conn.close()
s.close()
