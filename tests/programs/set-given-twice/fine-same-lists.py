# expect:
# play: listen, a accept, a expect bonjour, settle, a send salut, a close
# The same list twice: Python fills a set of its own from each.
import select, socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
mine = [s]
_, writable, _ = select.select(mine, mine, [])
if writable:
    s.sendall(b"bonjour")
while True:
    select.select(mine, [], [])
    data = s.recv(1024)
    if not data:
        break
    print(data.decode())
s.close()
