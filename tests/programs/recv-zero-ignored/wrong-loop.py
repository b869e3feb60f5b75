# expect: recv-zero-ignored
# allow: busy-loop
# play: a connect, a send salut\n, a expect SALUT\n, a close, spin, interrupt
import socket
import sys

serveur = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serveur.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
serveur.bind(("", int(sys.argv[1])))
serveur.listen()
client, adresse = serveur.accept()
while True:
    donnees = client.recv(1024)
    if donnees != b"fin":
        client.send(donnees.upper())
    else:
        break
client.close()
