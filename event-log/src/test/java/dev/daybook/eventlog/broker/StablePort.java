package dev.daybook.eventlog.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// A port for a server that leaves it and comes back to it. Not one of those that the system gives to outgoing
/// connections: while the server is away, a client that tries to reach it could be given that very port.
public final class StablePort {
  private static final int LOWEST = 12_000;
  private static final int COUNT = 16_000;
  private static final int TRIES = 1_000;

  private StablePort() {}

  public static int find() throws IOException {
    for (int again = 0; ; again++) {
      int port = LOWEST + ThreadLocalRandom.current().nextInt(COUNT);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException e) {
        if (again == TRIES) {
          throw e;
        }
      }
    }
  }
}
