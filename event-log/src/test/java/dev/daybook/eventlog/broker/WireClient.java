package dev.daybook.eventlog.broker;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// A client that sends what it is told to, byte for byte, and reads frames.
public final class WireClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 90_000;

  private final Socket socket = new Socket();
  private int correlationId;

  public WireClient(int port) throws IOException {
    this(port, TIMEOUT_MS);
  }

  public WireClient(int port, int timeoutMs) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMs);
    socket.setSoTimeout(timeoutMs);
    socket.setTcpNoDelay(true);
  }

  /// Asks and waits for the answer.
  public <R extends ApiMessage> R ask(ApiMessage request, int version, Class<R> type)
      throws IOException {
    send(request, version);
    return read(ApiKeys.forId(request.apiKey()), version, type);
  }

  /// Sends a request; its correlation id counts from 1.
  public void send(ApiMessage request, int version) throws IOException {
    send(frame(request, version, ++correlationId));
  }

  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Reads the next response, which must be of this API and version, and hold nothing beyond it.
  public <R extends ApiMessage> R read(ApiKeys api, int version, Class<R> type) throws IOException {
    ByteBufferAccessor body = new ByteBufferAccessor(readFrame());
    new ResponseHeaderData().read(body, api.responseHeaderVersion((short) version));
    ApiMessage response = api.messageType.newResponse();
    response.read(body, (short) version);
    if (body.remaining() > 0) {
      throw new IOException(body.remaining() + " bytes are left behind a " + api + " response");
    }
    return type.cast(response);
  }

  /// Whether any byte of a response has come that nobody has read.
  boolean hasBytes() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  /// The correlation id of the next response.
  int readCorrelationId() throws IOException {
    return readFrame().getInt();
  }

  ByteBuffer readFrame() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return ByteBuffer.wrap(frame);
  }

  /// Whether the server closes the connection instead of answering.
  boolean isHungUpOn() throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (EOFException | SocketException e) {
      return true;
    }
  }

  static byte[] frame(ApiMessage request, int version, int correlationId) {
    ApiKeys api = ApiKeys.forId(request.apiKey());
    RequestHeaderData header =
        new RequestHeaderData()
            .setRequestApiKey(api.id)
            .setRequestApiVersion((short) version)
            .setCorrelationId(correlationId)
            .setClientId("wire");
    ByteBuffer head =
        MessageUtil.toByteBufferAccessor(header, api.requestHeaderVersion((short) version))
            .buffer();
    ByteBuffer body = MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
    return ByteBuffer.allocate(Integer.BYTES + head.remaining() + body.remaining())
        .putInt(head.remaining() + body.remaining())
        .put(head)
        .put(body)
        .array();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
