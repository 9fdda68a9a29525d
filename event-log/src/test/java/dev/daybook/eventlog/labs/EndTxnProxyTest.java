package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.labs.EndTxnProxy.Fate;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A proxy that meddles with EndTxn only, and with it as it is told.
class EndTxnProxyTest {
  private static final int PATIENCE_MS = 90_000;

  private ServerSocket server;
  private EndTxnProxy proxy;
  private Socket client;

  @BeforeEach
  void begin() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    server.setSoTimeout(PATIENCE_MS);
    proxy = new EndTxnProxy(new SplittableRandom(1), EndTxnProxy.SOME_LATE);
    proxy.lead(server.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(PATIENCE_MS);
  }

  @AfterEach
  void end() throws IOException {
    client.close();
    proxy.close();
    server.close();
  }

  private static byte[] frame(ApiKeys api, int correlation) {
    return ByteBuffer.allocate(8).putShort(api.id).putShort((short) 5).putInt(correlation).array();
  }

  private void send(byte[]... frames) throws IOException {
    DataOutputStream out = new DataOutputStream(client.getOutputStream());
    for (byte[] frame : frames) {
      out.writeInt(frame.length);
      out.write(frame);
    }
  }

  private static byte[] receive(Socket from) throws IOException {
    DataInputStream in = new DataInputStream(from.getInputStream());
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return frame;
  }

  private Socket accepted() throws IOException {
    Socket accepted = server.accept();
    accepted.setSoTimeout(PATIENCE_MS);
    return accepted;
  }

  @Test
  void keepsTheOrderOfFramesAroundOneThatIsHeldBack() throws Exception {
    proxy.force(Fate.HOLD);
    byte[] before = frame(ApiKeys.PRODUCE, 1);
    byte[] held = frame(ApiKeys.END_TXN, 2);
    byte[] behind = frame(ApiKeys.PRODUCE, 3);

    send(before, held, behind);

    try (Socket accepted = accepted()) {
      assertArrayEquals(before, receive(accepted));
      assertArrayEquals(held, receive(accepted));
      assertArrayEquals(behind, receive(accepted));
    }
    assertEquals(1, proxy.count(Fate.HOLD));
  }

  @Test
  void bringsAnswersBack() throws Exception {
    proxy.force(Fate.PASS);
    send(frame(ApiKeys.END_TXN, 1));
    try (Socket accepted = accepted()) {
      byte[] request = receive(accepted);
      accepted.getOutputStream().write(ByteBuffer.allocate(12).putInt(8).put(request).array());
      assertArrayEquals(request, receive(client));
    }
  }

  @Test
  void deliversTheEndOfATransactionWhenItsClientIsGone() throws Exception {
    proxy.force(Fate.DELIVER_LATE);
    byte[] late = frame(ApiKeys.END_TXN, 7);

    send(late);

    assertEquals(-1, client.getInputStream().read(), "The client is cut off");
    try (Socket accepted = accepted()) {
      assertArrayEquals(late, receive(accepted));
    }
  }

  @Test
  void cutsTheClientOffBeforeItsAnswer() throws Exception {
    proxy.force(Fate.CUT_BEFORE_ANSWER);
    send(frame(ApiKeys.END_TXN, 7));
    assertEquals(-1, client.getInputStream().read());
    try (Socket accepted = accepted()) {
      assertTrue(receive(accepted).length > 0);
    }
  }

  @Test
  void leavesOtherRequestsAlone() throws Exception {
    proxy.force(Fate.DELIVER_LATE);
    byte[] other = frame(ApiKeys.ADD_OFFSETS_TO_TXN, 1);
    send(other);
    try (Socket accepted = accepted()) {
      assertArrayEquals(other, receive(accepted));
    }
    assertEquals(0, proxy.count(Fate.DELIVER_LATE));
  }

  @Test
  void leadsNobodyWhereNoServerIs() throws Exception {
    proxy.lead(0);
    try (Socket other = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
      other.setSoTimeout(PATIENCE_MS);
      assertEquals(-1, other.getInputStream().read());
    }
  }
}
