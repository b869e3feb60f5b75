// expect:
// play: listen, a accept, a expect bonjour\n, a send salut\n, a end, a close
import java.io.*;
import java.net.*;

class Main {
    public static void main(String[] args) throws IOException {
        try (Socket s = new Socket(args[0], Integer.parseInt(args[1]))) {
            s.getOutputStream().write("bonjour\n".getBytes());
            System.out.println(new BufferedReader(new InputStreamReader(s.getInputStream())).readLine());
        }
    }
}
