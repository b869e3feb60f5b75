// expect: http-host-missing
// play: listen, a accept, a expect \r\n\r\n, a send HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok, a close
import java.io.*;
import java.net.*;

class Main {
    public static void main(String[] args) throws IOException {
        try (Socket s = new Socket(args[0], Integer.parseInt(args[1]))) {
            s.getOutputStream().write("GET / HTTP/1.1\r\nAccept: text/html\r\n\r\n".getBytes("US-ASCII"));
            InputStream in = s.getInputStream();
            byte[] tampon = new byte[512];
            int n;
            while ((n = in.read(tampon)) != -1)
                System.out.write(tampon, 0, n);
            System.out.flush();
        }
    }
}
