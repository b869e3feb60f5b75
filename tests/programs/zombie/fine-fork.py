# expect:
# play: 4 times a connect, a send salut, a expect salut, a close, settle
# play: interrupt
import socketserver
import sys


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(1024):
            self.request.sendall(data)


class Server(socketserver.ForkingTCPServer):
    allow_reuse_address = True


with Server(("", int(sys.argv[1])), Echo) as server:
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
