// expect: recv-zero-ignored
// allow: busy-loop
// play: listen, a accept, a expect bonjour, a send salut, a close, spin, terminate
// read() gives -1 at the end, and nobody looks.
import java.net.*;
import java.nio.*;
import java.nio.channels.*;

class Main {
    public static void main(String[] args) throws Exception {
        SocketChannel s = SocketChannel.open(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
        s.write(ByteBuffer.wrap("bonjour".getBytes()));
        ByteBuffer recu = ByteBuffer.allocate(100);
        while (recu.hasRemaining())
            s.read(recu);
        System.out.println(new String(recu.array()));
        s.close();
    }
}
