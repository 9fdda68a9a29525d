package dev.daybook.auditui.log;

import java.util.concurrent.ConcurrentLinkedDeque;
import org.apache.kafka.clients.consumer.Consumer;

/// Consumers between two questions. Opening one costs more than most questions do, so a few stay
/// open; each is used by one thread at a time, and one that failed is not used again.
public final class Readers implements AutoCloseable {
  private static final int KEPT = 4;
  private static final int FETCH_WAIT_MS = 20;

  private final KafkaClients clients;
  private final ConcurrentLinkedDeque<Consumer<byte[], byte[]>> idle =
      new ConcurrentLinkedDeque<>();
  private volatile boolean closed;

  @FunctionalInterface
  public interface Reading<T> {
    T read(Consumer<byte[], byte[]> consumer);
  }

  public Readers(KafkaClients clients) {
    this.clients = clients;
  }

  public <T> T read(Reading<T> reading) {
    var kept = idle.pollFirst();
    var consumer = kept == null ? clients.consumer(FETCH_WAIT_MS) : kept;
    boolean good = false;
    try {
      var answer = reading.read(consumer);
      consumer.unsubscribe();
      good = true;
      return answer;
    } finally {
      giveBack(consumer, good);
    }
  }

  private void giveBack(Consumer<byte[], byte[]> consumer, boolean good) {
    if (good && !closed && idle.size() < KEPT) {
      idle.addFirst(consumer);
    } else {
      consumer.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    for (var each = idle.pollFirst(); each != null; each = idle.pollFirst()) {
      each.close();
    }
  }
}
