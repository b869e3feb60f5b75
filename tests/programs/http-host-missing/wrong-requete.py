# expect: http-host-missing
# play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, a close
import socket
import sys

with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as s:
    s.sendall(b"GET /index.html HTTP/1.1\r\nUser-Agent: moi\r\nConnection: close\r\n\r\n")
    reponse = bytearray()
    while True:
        morceau = s.recv(1000)
        if not morceau:
            break
        reponse += morceau
print(reponse.decode())
