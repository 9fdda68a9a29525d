package dev.daybook.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// A blocking connection that sends frames as they are and reads whole ones into one buffer of its own. One thread
/// owns it.
///
/// ```
/// request    0 length (4)   4 API (2)   6 version (2)   8 correlation id (4)   12 ...
/// response   0 length (4)   4 correlation id (4)   8 ...
/// ```
final class WireConnection implements AutoCloseable {
  private static final int CORRELATION_ID_AT = 8;
  private static final byte[] API_VERSIONS_V0 = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, -1, -1};

  private final SocketChannel channel;
  private final ByteBuffer length = ByteBuffer.allocateDirect(Integer.BYTES);
  private ByteBuffer response = ByteBuffer.allocateDirect(64 * 1024);

  WireConnection(InetSocketAddress address) throws IOException {
    channel = SocketChannel.open(address);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  /// Whether a broker there answers which APIs it serves.
  static boolean servesApiVersions(InetSocketAddress address) {
    try (WireConnection connection = new WireConnection(address)) {
      connection.send(ByteBuffer.wrap(API_VERSIONS_V0.clone()), 7);
      return connection.receive(7).getShort() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /// Sends a whole frame, with this correlation id put in. The frame can be sent again.
  void send(ByteBuffer frame, int correlationId) throws IOException {
    frame.putInt(CORRELATION_ID_AT, correlationId).rewind();
    while (frame.hasRemaining()) {
      channel.write(frame);
    }
  }

  /// The next response, from behind its correlation id. Valid until the next call.
  ///
  /// @throws IOException when it answers another request
  ByteBuffer receive(int correlationId) throws IOException {
    read(length.clear());
    int bytes = length.flip().getInt();
    if (bytes > response.capacity()) {
      response = ByteBuffer.allocateDirect(Math.max(bytes, 2 * response.capacity()));
    }
    read(response.clear().limit(bytes));
    response.flip();
    int answered = response.getInt();
    if (answered != correlationId) {
      throw new IOException("Request " + answered + " was answered, expected was " + correlationId);
    }
    return response;
  }

  private void read(ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target) < 0) {
        throw new EOFException("The broker closed the connection");
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
