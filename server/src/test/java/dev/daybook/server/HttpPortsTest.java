package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// An HTTP port that takes two connections.
class HttpPortsTest {
  private static final int PATIENCE_MS = 60_000;

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server =
      new HttpPorts(vertx, 2)
          .open(
              "--http-port",
              HostPort.parse("http.listener", "127.0.0.1:0"),
              request -> request.response().end("here"));

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void closesAConnectionTooManyAndTakesOneWhenAnotherIsGone() throws IOException {
    try (Socket first = connect();
        Socket second = connect()) {
      assertEquals("HTTP/1.1 200", ask(second));
      assertEquals("HTTP/1.1 200", ask(first));
      try (Socket third = connect()) {
        assertEquals(-1, third.getInputStream().read());
      }
    }
    String answer = "";
    while (!answer.equals("HTTP/1.1 200")) {
      try (Socket again = connect()) {
        answer = ask(again);
      }
    }
  }

  @Test
  void thoseThatSayNothingCountToo() throws IOException {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect()) {
      assertEquals("", ask(third));
      assertEquals("HTTP/1.1 200", ask(first));
      assertEquals("HTTP/1.1 200", ask(second));
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  /// The answer's first bytes; none when the port hangs up.
  private static String ask(Socket socket) {
    try {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    } catch (IOException reset) {
      return "";
    }
  }
}
