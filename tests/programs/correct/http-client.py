# expect:
# play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n, settle, a send bonjour, a close
import sys
import urllib.request

with urllib.request.urlopen(f"http://{sys.argv[1]}:{sys.argv[2]}/") as reponse:
    print(reponse.read().decode())
