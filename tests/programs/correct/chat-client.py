# expect:
# play: listen, a accept, keys bonjour\n, a expect bonjour\n, a send salut\n, said salut, eof, a end, a close
import select
import socket
import sys

s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    prets, _, _ = select.select([s, sys.stdin], [], [])
    if s in prets:
        data = s.recv(1024)
        if not data:
            break
        print(data.decode(), end="")
    if sys.stdin in prets:
        ligne = sys.stdin.readline()
        if not ligne:
            break
        s.sendall(ligne.encode())
s.close()
