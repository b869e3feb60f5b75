# expect:
# play: a connect, a send un, a expect un, a reset, b connect, b send deux, b expect deux, b reset, settle, c connect, c send x, c expect x, c close, settle, interrupt
import socket
import sys

s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, addr = s.accept()
        try:
            with conn:
                while data := conn.recv(1024):
                    conn.sendall(data)
        except ConnectionError as e:
            print(addr, e)
except KeyboardInterrupt:
    s.close()
