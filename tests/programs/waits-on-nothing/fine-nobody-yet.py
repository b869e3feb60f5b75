# expect:
# play: listen, a accept, settle, a send un\n, a expect UN\n, a close
# Empty lists, and a timeout: the client tries again until somebody listens, then watches its socket.
import select, socket, sys
s = None
while s is None:
    try:
        s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    except OSError as error:
        print(error, file=sys.stderr)
    select.select([], [], [], 0.05)
while True:
    ready, _, _ = select.select([s], [], [], 10)
    if not ready:
        continue
    data = s.recv(1024)
    if not data:
        break
    s.sendall(data.upper())
s.close()
