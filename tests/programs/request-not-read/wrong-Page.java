// expect: request-not-read
// play: 2 times a connect, a send GET / HTTP/1.1\r\nHost: localhost\r\n\r\n, a end, a close, settle
// play: terminate
// Reads the request's line, and not its fields.
import java.io.*;
import java.net.*;

class Main {
    public static void main(String[] args) throws Exception {
        ServerSocket ss = new ServerSocket(Integer.parseInt(args[0]));
        while (true) {
            try (Socket c = ss.accept()) {
                InputStream in = c.getInputStream();
                int o;
                while ((o = in.read()) != -1 && o != '\n')
                    System.out.print((char) o);
                c.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".getBytes());
            }
        }
    }
}
