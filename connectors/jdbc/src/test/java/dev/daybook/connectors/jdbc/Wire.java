package dev.daybook.connectors.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/// A wire to PostgreSQL that can swallow the answer to a COMMIT and break: the client cannot know whether the
/// transaction happened, and it did.
final class Wire implements AutoCloseable {
  final AtomicInteger answersToSwallow = new AtomicInteger();
  private final int serverPort;
  private final ServerSocket listener;

  Wire(int port, int serverPort) throws IOException {
    this.serverPort = serverPort;
    this.listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> connect(client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void connect(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort)) {
      boolean[] swallow = new boolean[1];
      Thread up =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      pumpUp(client.getInputStream(), server.getOutputStream(), swallow);
                    } catch (IOException broken) {
                      throw new UncheckedIOException(broken);
                    }
                  });
      up.setName("wire");
      byte[] buffer = new byte[65536];
      int read;
      while ((read = server.getInputStream().read(buffer)) >= 0) {
        if (swallow[0]) {
          return;
        }
        client.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException broken) {
      // Either side went away; so does the other.
    }
  }

  private void pumpUp(InputStream from, OutputStream to, boolean[] swallow) throws IOException {
    byte[] buffer = new byte[65536];
    int read;
    while ((read = from.read(buffer)) >= 0) {
      String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
      if (text.contains("COMMIT")
          && answersToSwallow.get() > 0
          && answersToSwallow.decrementAndGet() >= 0) {
        swallow[0] = true;
      }
      to.write(buffer, 0, read);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
