# expect:
# play: a connect, a send GET /absent HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n, a expect 404, a end, a close, settle, interrupt
import http.server
import sys

with http.server.ThreadingHTTPServer(("", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler) as serveur:
    try:
        serveur.serve_forever()
    except KeyboardInterrupt:
        pass
