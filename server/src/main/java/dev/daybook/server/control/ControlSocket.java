package dev.daybook.server.control;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server's end of the control socket. One thread takes one request after the other: what is asked here is rare and
/// long. Closing it ends the request under way.
public final class ControlSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final SocketPlace place;
  private final ServerSocketChannel listening;
  private final Map<String, Request> requests;
  private final Thread thread;
  private volatile boolean closing;

  /// Answers one kind of request.
  @FunctionalInterface
  public interface Request {
    /// Does what is asked.
    ///
    /// @param passed to be told of progress; fails when it is to end
    /// @return what is told to who asked
    JsonObject answer(JsonObject asked, Passed passed) throws IOException;
  }

  /// Hears of progress.
  @FunctionalInterface
  public interface Passed {
    void bytes(long more) throws IOException;
  }

  private ControlSocket(
      SocketPlace place, ServerSocketChannel listening, Map<String, Request> requests) {
    this.place = place;
    this.listening = listening;
    this.requests = Map.copyOf(requests);
    this.thread = Thread.ofPlatform().name("daybook-control").daemon().unstarted(this::run);
  }

  /// Listens in a data directory that this process holds.
  ///
  /// @param requests what answers which command
  public static ControlSocket listen(Path data, Map<String, Request> requests) throws IOException {
    SocketPlace place = new SocketPlace(data);
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listening.bind(place.prepare());
      ControlSocket socket = new ControlSocket(place, listening, requests);
      socket.thread.start();
      return socket;
    } catch (IOException e) {
      listening.close();
      throw e;
    }
  }

  private void run() {
    while (!closing) {
      try (SocketChannel connection = listening.accept()) {
        answer(connection);
      } catch (IOException e) {
        if (!closing) {
          LOG.warn("a control request ended early reason={}", e.toString());
        }
      }
    }
  }

  private void answer(SocketChannel connection) throws IOException {
    JsonObject answer;
    try {
      JsonObject asked = read(connection);
      Request request = requests.get(asked.getString("command", ""));
      if (request == null) {
        throw new IOException("This Daybook knows no such command: " + asked.encode());
      }
      answer = new JsonObject().put("done", request.answer(asked, progressTo(connection)));
    } catch (IOException | DecodeException | ClassCastException e) {
      LOG.warn("a control request failed reason={}", e.toString());
      answer = new JsonObject().put("error", String.valueOf(e.getMessage()));
    }
    write(connection, answer);
  }

  private static JsonObject read(SocketChannel connection) throws IOException {
    BufferedReader reader =
        new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
    String line = reader.readLine();
    return new JsonObject(line == null ? "{}" : line);
  }

  /// Tells about once a second; a client that hung up, or a server that stops, ends the request.
  private Passed progressTo(SocketChannel connection) {
    long[] passed = {0};
    long[] toldNs = {System.nanoTime()};
    return more -> {
      passed[0] += more;
      if (closing) {
        throw new InterruptedIOException("The server is stopping; ask again when it runs");
      }
      if (System.nanoTime() - toldNs[0] > 500_000_000L) {
        toldNs[0] = System.nanoTime();
        write(connection, new JsonObject().put("passed", passed[0]));
      }
    };
  }

  private static void write(SocketChannel connection, JsonObject line) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(line.encode() + "\n");
    while (bytes.hasRemaining()) {
      connection.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    closing = true;
    listening.close();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    place.remove();
  }
}
