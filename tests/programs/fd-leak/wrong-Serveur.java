// expect: fd-leak
// play: 6 times a connect, a send salut\n, a expect salut, a close, settle
// play: terminate
import java.io.*;
import java.net.*;
import java.util.*;

class Main {
    static final List<Socket> clients = new ArrayList<>();

    public static void main(String[] args) throws IOException {
        ServerSocket ss = new ServerSocket(Integer.parseInt(args[0]));
        while (true) {
            Socket c = ss.accept();
            clients.add(c);
            BufferedReader in = new BufferedReader(new InputStreamReader(c.getInputStream()));
            OutputStream out = c.getOutputStream();
            String ligne;
            while ((ligne = in.readLine()) != null)
                out.write((ligne + "\n").getBytes());
        }
    }
}
