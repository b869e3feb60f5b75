// expect:
// play: a connect, a send un\n, a expect un, b connect, b send deux\n, b expect deux, a close, b reset, settle, c connect, c send x\n, c expect x, c close, settle, terminate
import java.io.*;
import java.net.*;

class Main {
    static void servir(Socket socket) {
        try (Socket c = socket;
             BufferedReader in = new BufferedReader(new InputStreamReader(c.getInputStream()));
             PrintWriter out = new PrintWriter(c.getOutputStream(), true)) {
            String ligne;
            while ((ligne = in.readLine()) != null)
                out.println(ligne);
        } catch (IOException e) {
            System.err.println("client perdu : " + e.getMessage());
        }
    }

    public static void main(String[] args) throws IOException {
        try (ServerSocket serveur = new ServerSocket(Integer.parseInt(args[0]))) {
            while (true) {
                Socket c = serveur.accept();
                new Thread(() -> servir(c)).start();
            }
        }
    }
}
