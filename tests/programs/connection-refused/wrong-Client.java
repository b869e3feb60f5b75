// expect: connection-refused
// play: exit
// args: 127.0.0.1 3001
import java.net.*;

class Main {
    public static void main(String[] args) throws Exception {
        try (Socket s = new Socket(args[0], Integer.parseInt(args[1]))) {
            s.getOutputStream().write(1);
        } catch (ConnectException e) {
            System.err.println("pas de serveur : " + e.getMessage());
            System.exit(1);
        }
    }
}
