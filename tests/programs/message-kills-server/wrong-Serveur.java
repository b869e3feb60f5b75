// expect: message-kills-server
// allow: iterative-only
// play: a connect, a send 12\n, a expect 24\n, a close, b connect, b send douze\n, b end, exit
// args: 3001
import java.io.*;
import java.net.*;

class Main {
    public static void main(String[] args) throws IOException {
        ServerSocket serveur = new ServerSocket(Integer.parseInt(args[0]));
        while (true) {
            try (Socket c = serveur.accept();
                 BufferedReader in = new BufferedReader(new InputStreamReader(c.getInputStream()));
                 PrintWriter out = new PrintWriter(c.getOutputStream(), true)) {
                String ligne;
                while ((ligne = in.readLine()) != null)
                    out.println(2 * Integer.parseInt(ligne));
            } catch (IOException e) {
                System.err.println("client perdu : " + e.getMessage());
            }
        }
    }
}
