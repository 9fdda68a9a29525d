package dev.daybook.compatibility;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/// Free ports of loopback, for programs that must be told one. Not of those that the system gives to outgoing
/// connections: one of them could be taken between here and the program's start.
public final class Ports {
  private static final int LOWEST = 12_000;
  private static final int COUNT = 16_000;
  private static final int TRIES = 1_000;

  /// Given away, and perhaps not bound yet: one program may ask for two.
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private Ports() {}

  public static int free() throws IOException {
    for (int again = 0; ; again++) {
      int port = LOWEST + ThreadLocalRandom.current().nextInt(COUNT);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(port)) {
          return port;
        }
      } catch (BindException e) {
        if (again == TRIES) {
          throw e;
        }
      }
    }
  }
}
