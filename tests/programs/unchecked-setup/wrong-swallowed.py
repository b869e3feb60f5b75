# expect: unchecked-setup
# allow: connection-refused exit-zero-after-error send-unconnected sigpipe-death
# args: 127.0.0.1 3001
# play: exit
# Everything is in a try that hides the refusal; the program goes on with a socket that is not connected.
import socket
import sys

s = socket.socket()
try:
    s.connect((sys.argv[1], int(sys.argv[2])))
except OSError:
    pass

print("connecté !")
try:
    s.sendall(b"bonjour\n")
    print("envoyé !")
except Exception:
    pass
s.close()
