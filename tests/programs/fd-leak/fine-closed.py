# expect:
# play: 6 times a connect, a send salut, a expect salut, a close, settle
# play: interrupt
import socket
import sys
import threading


def dialogue(conn):
    with conn:
        while True:
            data = conn.recv(1024)
            if not data:
                return
            conn.sendall(data)


s = socket.create_server(("", int(sys.argv[1])))
try:
    while True:
        conn, addr = s.accept()
        threading.Thread(target=dialogue, args=(conn,), daemon=True).start()
except KeyboardInterrupt:
    s.close()
