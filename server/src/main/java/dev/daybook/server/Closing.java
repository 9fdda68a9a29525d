package dev.daybook.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was started and must be closed, last first. One that fails to close does not keep the others from it.
final class Closing implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closing.class);

  private final Deque<Part> parts = new ArrayDeque<>();
  private final Set<String> failed = new HashSet<>();

  synchronized void add(String name, AutoCloseable part) {
    parts.push(new Part(name, part));
  }

  /// Whether this part was to be closed, and that failed.
  synchronized boolean failed(String name) {
    return failed.contains(name);
  }

  /// Also for who comes second: when this returns, all is closed.
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      Part part = parts.pop();
      try {
        part.closeable.close();
      } catch (Exception e) {
        failed.add(part.name);
        LOG.warn("closing failed part={} reason={}", part.name, e.toString());
      }
    }
  }

  private record Part(String name, AutoCloseable closeable) {}
}
