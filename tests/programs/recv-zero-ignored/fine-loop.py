# expect:
# play: a connect, a send salut\n, a expect SALUT\n, a close
import socket
import sys

with socket.create_server(("", int(sys.argv[1])), reuse_port=False) as serveur:
    client, _ = serveur.accept()
    with client:
        while donnees := client.recv(1024):
            client.sendall(donnees.upper())
