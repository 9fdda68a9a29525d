package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// A connection that sends requests as JSON describes them, in the version asked for, and hands answers back.
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MS = 30_000;
  private static final String MESSAGES = "org.apache.kafka.common.message.";

  private final Socket socket = new Socket();
  private int correlationId;

  Wire(int port) throws IOException {
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MS);
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
  }

  /// A message out of its JSON.
  static ApiMessage request(ApiKeys api, int version, JsonNode body) {
    String type = api.messageType.newRequest().getClass().getSimpleName();
    return (ApiMessage)
        invoke(type, "read", new Class<?>[] {JsonNode.class, short.class}, body, (short) version);
  }

  static JsonNode json(ApiMessage message, int version) {
    Class<?>[] types = {message.getClass(), short.class, boolean.class};
    return (JsonNode)
        invoke(message.getClass().getSimpleName(), "write", types, message, (short) version, false);
  }

  private static Object invoke(
      String message, String method, Class<?>[] types, Object... arguments) {
    try {
      Method found = Class.forName(MESSAGES + message + "JsonConverter").getMethod(method, types);
      return found.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(message + ": " + e.getCause().getMessage(), e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @throws java.io.EOFException when the server hangs up instead
  ApiMessage ask(ApiMessage request, int version) throws IOException {
    ApiKeys api = ApiKeys.forId(request.apiKey());
    send(request, version);
    ByteBufferAccessor body = new ByteBufferAccessor(readFrame());
    new ResponseHeaderData().read(body, api.responseHeaderVersion((short) version));
    ApiMessage response = api.messageType.newResponse();
    response.read(body, (short) version);
    if (body.remaining() > 0) {
      throw new IOException(body.remaining() + " bytes are left behind the answer");
    }
    return response;
  }

  /// Sends it and waits for nothing.
  void send(ApiMessage request, int version) throws IOException {
    ApiKeys api = ApiKeys.forId(request.apiKey());
    RequestHeaderData header =
        new RequestHeaderData()
            .setRequestApiKey(api.id)
            .setRequestApiVersion((short) version)
            .setCorrelationId(++correlationId)
            .setClientId("differential");
    ByteBuffer head =
        MessageUtil.toByteBufferAccessor(header, api.requestHeaderVersion((short) version))
            .buffer();
    ByteBuffer body = MessageUtil.toByteBufferAccessor(request, (short) version).buffer();
    int size = head.remaining() + body.remaining();
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + size).putInt(size).put(head).put(body);
    socket.getOutputStream().write(frame.array());
    socket.getOutputStream().flush();
  }

  /// Sends a request that nobody has words for, and hands back what stands behind the answer's correlation id.
  ///
  /// @param flexible whether the header ends as those of newer versions do
  ByteBuffer askOddly(int api, int version, boolean flexible, byte[] body) throws IOException {
    byte[] client = "odd".getBytes(StandardCharsets.UTF_8);
    int size = 10 + client.length + (flexible ? 1 : 0) + body.length;
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + size).putInt(size);
    frame.putShort((short) api).putShort((short) version).putInt(++correlationId);
    frame.putShort((short) client.length).put(client);
    if (flexible) {
      frame.put((byte) 0);
    }
    socket.getOutputStream().write(frame.put(body).array());
    socket.getOutputStream().flush();
    ByteBuffer answer = readFrame();
    answer.getInt();
    return answer;
  }

  private ByteBuffer readFrame() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return ByteBuffer.wrap(frame);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
