# expect:
# play: a connect, a send un, a expect un, b connect, b send deux, b expect deux, a reset, b close, settle, interrupt
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        try:
            while data := self.request.recv(1024):
                self.request.sendall(data)
        except ConnectionError as e:
            print("perdu", e)


class Serveur(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Serveur(("", int(sys.argv[1])), Echo) as serveur:
    try:
        serveur.serve_forever()
    except KeyboardInterrupt:
        pass
