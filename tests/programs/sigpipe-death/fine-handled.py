# expect:
# play: a connect, settle, a close, keys un\n, settle, keys deux\n, exit
import socket
import sys

s = socket.create_server(("", int(sys.argv[1])))
client, _ = s.accept()
for ligne in sys.stdin:
    try:
        client.sendall(ligne.encode())
    except (BrokenPipeError, ConnectionResetError):
        print("client parti")
        break
client.close()
s.close()
