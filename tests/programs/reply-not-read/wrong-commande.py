# expect: reply-not-read
# play: listen, a accept, a expect LISTE\n, a send alice bob\n, keys \n, a close
import socket, sys
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.sendall(b"LISTE\n")
input("commande envoyee, entree pour quitter")
s.close()
