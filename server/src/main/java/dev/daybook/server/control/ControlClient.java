package dev.daybook.server.control;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Asks the server that runs on a data directory.
public final class ControlClient implements AutoCloseable {
  private final SocketChannel connection;

  private ControlClient(SocketChannel connection) {
    this.connection = connection;
  }

  /// A connection to the server of this directory; empty when none listens there.
  public static Optional<ControlClient> connect(Path data) throws IOException {
    SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      connection.connect(new SocketPlace(data).address());
      return Optional.of(new ControlClient(connection));
    } catch (IOException e) {
      // No such socket, or nobody behind it.
      connection.close();
      return Optional.empty();
    }
  }

  /// Asks and waits for the end.
  ///
  /// @param passed hears of bytes that were dealt with
  /// @throws IOException with the server's sentence when it refused or failed
  public JsonObject ask(JsonObject request, LongConsumer passed) throws IOException {
    connection.write(StandardCharsets.UTF_8.encode(request.encode() + "\n"));
    BufferedReader reader =
        new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8));
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      JsonObject answer = new JsonObject(line);
      if (answer.containsKey("error")) {
        throw new IOException(answer.getString("error"));
      }
      if (answer.containsKey("done")) {
        return answer.getJsonObject("done");
      }
      passed.accept(answer.getLong("passed"));
    }
    throw new IOException("The server stopped before it was done; ask again when it runs");
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
