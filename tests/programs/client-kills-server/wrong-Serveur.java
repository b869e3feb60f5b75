// expect: client-kills-server
// play: a connect, a send un\n, a expect un, a close, b connect, b send deux\n, b expect deux, b reset, exit
import java.io.*;
import java.net.*;

class Main {
    public static void main(String[] args) throws IOException {
        ServerSocket ss = new ServerSocket(Integer.parseInt(args[0]));
        while (true) {
            Socket c = ss.accept();
            InputStream in = c.getInputStream();
            byte[] b = new byte[100];
            int n;
            while ((n = in.read(b)) != -1)
                c.getOutputStream().write(b, 0, n);
            c.close();
        }
    }
}
