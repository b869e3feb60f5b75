# expect: send-on-listener
# play: a connect, a end, a close
import socket, sys
s = socket.create_server(("", int(sys.argv[1])))
client, adresse = s.accept()
data = s.recv(1024)
client.send(data)
