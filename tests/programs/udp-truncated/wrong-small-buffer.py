# expect: udp-truncated
# play: a udp, a send bonjour tout le monde, a expect BONJOUR
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("", int(sys.argv[1])))
data, addr = s.recvfrom(8)
s.sendto(data.upper(), addr)
s.close()
