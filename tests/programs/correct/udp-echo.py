# expect:
# play: a udp, a send un, a expect un, a send deux, a expect deux, settle, interrupt
import socket
import sys

with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("", int(sys.argv[1])))
    try:
        while True:
            data, adresse = s.recvfrom(65535)
            s.sendto(data, adresse)
    except KeyboardInterrupt:
        pass
