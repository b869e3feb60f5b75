# expect: busy-loop
# play: listen, a accept, spin, a send fini, exit
import socket
import sys

s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.setblocking(False)
while True:
    try:
        print(s.recv(100))
        break
    except BlockingIOError:
        pass
s.close()
