// expect: recv-zero-ignored
// allow: busy-loop
// play: listen, a accept, a expect bonjour, a send salut, a close, spin, terminate
// read() gives -1 at the end, and nobody looks.
import java.io.*;
import java.net.*;

class Main {
    public static void main(String[] args) throws IOException {
        Socket s = new Socket(args[0], Integer.parseInt(args[1]));
        s.getOutputStream().write("bonjour".getBytes());
        InputStream in = s.getInputStream();
        StringBuilder recu = new StringBuilder();
        while (!recu.toString().endsWith("FIN")) {
            int c = in.read();
            if (c != -1)
                recu.append((char) c);
        }
        System.out.println(recu);
        s.close();
    }
}
