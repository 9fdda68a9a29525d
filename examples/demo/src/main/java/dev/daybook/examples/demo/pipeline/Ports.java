package dev.daybook.examples.demo.pipeline;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Where the server listens on this machine; 0 is any free port.
public record Ports(int kafka, int http, int registry, int connect) {
  public static final Ports ANY = new Ports(0, 0, 0, 0);

  /// The ports everybody knows, any free one in place of each that is taken.
  public static Ports usual() {
    return new Ports(freeOrAny(9092), freeOrAny(8080), freeOrAny(8081), freeOrAny(8083));
  }

  private static int freeOrAny(int port) {
    return isFree(port) ? port : 0;
  }

  /// Whether nobody listens on the port.
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
