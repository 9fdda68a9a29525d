package dev.daybook.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// An address to listen on or to be found at.
public record HostPort(String host, int port) {
  public HostPort {
    if (port < 0 || port > 65535) {
      throw new UsageException("A port is a number from 0 (any free one) to 65535, not " + port);
    }
  }

  /// Reads `host:port`, also `[::1]:9092` and `PLAINTEXT://host:port`.
  public static HostPort parse(String name, String text) {
    String address = text.replaceFirst("^PLAINTEXT://", "").trim();
    if (address.contains("://")) {
      throw new UsageException(
          name + "=" + text + ": only PLAINTEXT listeners are supported so far");
    }
    int colon = address.lastIndexOf(':');
    try {
      if (colon >= 0) {
        return new HostPort(
            address.substring(0, colon).replaceAll("[\\[\\]]", ""),
            Integer.parseInt(address.substring(colon + 1)));
      }
    } catch (NumberFormatException e) {
      // Said below, with the whole text.
    }
    throw new UsageException(
        name + "=" + text + " is not an address: write host:port, for example 127.0.0.1:9092");
  }

  public HostPort withPort(int newPort) {
    return new HostPort(host, newPort);
  }

  /// Whether only this machine can reach it.
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host.isEmpty() ? "0.0.0.0" : host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new UsageException(
          "The host '" + host + "' is unknown: use 127.0.0.1, or an address of this machine", e);
    }
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
