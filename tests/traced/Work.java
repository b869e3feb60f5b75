import java.net.ServerSocket;
import java.net.Socket;

public class Work {
    public static void main(String[] arguments) throws Exception {
        ServerSocket server = new ServerSocket(0);
        Thread thread = new Thread(() -> {
            try (Socket client = server.accept()) {
                client.getOutputStream().write(client.getInputStream().read());
            } catch (java.io.IOException error) {
                System.out.println(error);
            }
        });
        thread.start();
        Socket client = new Socket("127.0.0.1", server.getLocalPort());
        client.getOutputStream().write(65);
        System.out.println(client.getInputStream().read());
        thread.join();
    }
}
