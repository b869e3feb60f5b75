# expect:
# play: a connect ici.sock, a expect ok, a end, a close
# args: ici.sock
import os, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
s.bind(sys.argv[1])
s.listen()
c, _ = s.accept()
c.sendall(b"ok")
c.close()
s.close()
os.unlink(sys.argv[1])
