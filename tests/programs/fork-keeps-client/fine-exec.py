# expect:
# play: 3 times a connect, a send salut\n, a expect salut\n, a shutdown, a end, a close, settle
# play: interrupt
# inetd's way: another program gets the client as its input and output; Python's descriptors are closed on exec.
import socket
import subprocess
import sys

with socket.create_server(("", int(sys.argv[1]))) as s:
    try:
        while True:
            conn, _ = s.accept()
            with conn:
                subprocess.run(["cat"], stdin=conn, stdout=conn)
    except KeyboardInterrupt:
        pass
