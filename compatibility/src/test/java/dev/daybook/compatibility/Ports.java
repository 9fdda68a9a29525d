package dev.daybook.compatibility;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Free ports of loopback, for programs that must be told one.
final class Ports {
  private Ports() {}

  static int free() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
