package dev.daybook.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// A log in memory, with faults to switch on: appends that fail with or without a trace, readers that see nothing
/// for a while, a log that is away, and compaction. Several registries may use one, one after the other, as after a
/// restart.
final class MemorySchemaLog implements SchemaLog {
  enum Fault {
    NONE,
    /// The append fails and nothing is stored.
    REFUSED,
    /// The append fails, but the record is stored.
    ACK_LOST
  }

  private final List<Entry> entries = new ArrayList<>();
  private long nextOffset;
  private int leaderEpoch;
  private boolean away;
  private boolean readsHeld;
  private Fault nextAppend = Fault.NONE;

  synchronized void away(boolean value) {
    away = value;
    notifyAll();
  }

  synchronized void holdReads(boolean value) {
    readsHeld = value;
    notifyAll();
  }

  synchronized void nextAppend(Fault fault) {
    nextAppend = fault;
  }

  synchronized void leaderEpoch(int epoch) {
    leaderEpoch = epoch;
  }

  /// Forgets the last records, as a log does that is restored from a backup.
  synchronized void restore(int size, int epoch) {
    entries.subList(size, entries.size()).clear();
    nextOffset = size;
    leaderEpoch = epoch;
    notifyAll();
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  synchronized void put(String key, @Nullable String value) {
    add(
        key.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        value == null ? null : value.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /// Keeps the last record of every key and drops tombstones, as a compacted topic does in the end.
  synchronized void compact() {
    Map<String, Entry> last = new LinkedHashMap<>();
    for (Entry entry : entries) {
      String key = text(entry.key());
      last.remove(key);
      last.put(key, entry);
    }
    entries.clear();
    last.values().stream().filter(entry -> entry.value() != null).forEach(entries::add);
  }

  synchronized boolean contains(Predicate<String> keyText) {
    return entries.stream().anyMatch(entry -> keyText.test(text(entry.key())));
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  private void add(byte[] key, byte @Nullable [] value) {
    entries.add(new Entry(nextOffset++, leaderEpoch, 1_700_000_000_000L + nextOffset, key, value));
    notifyAll();
  }

  @Override
  public synchronized void prepare() {
    if (away) {
      throw new KafkaException("the log is away");
    }
  }

  @Override
  public synchronized CompletableFuture<Long> endOffset() {
    return away
        ? CompletableFuture.failedFuture(new KafkaException("the log is away"))
        : CompletableFuture.completedFuture(nextOffset);
  }

  @Override
  public void close() {}

  @Override
  public Reader read(long fromOffset, int epoch) {
    return new MemoryReader(fromOffset);
  }

  @Override
  public Writer write() {
    return new MemoryWriter();
  }

  private final class MemoryReader implements Reader {
    private long position;
    private boolean awake;

    MemoryReader(long position) {
      this.position = position;
    }

    @Override
    public List<Entry> poll(Duration timeout) {
      synchronized (MemorySchemaLog.this) {
        long until = System.nanoTime() + timeout.toNanos();
        while (!awake && (readsHeld || position >= nextOffset) && System.nanoTime() < until) {
          await(Math.max(1, (until - System.nanoTime()) / 1_000_000));
        }
        awake = false;
        if (away) {
          throw new KafkaException("the log is away");
        }
        if (readsHeld) {
          return List.of();
        }
        if (position > nextOffset) {
          throw new CutException(new KafkaException("offset out of range"));
        }
        List<Entry> read = entries.stream().filter(e -> e.offset() >= position).toList();
        position = nextOffset;
        return read;
      }
    }

    private void await(long ms) {
      try {
        MemorySchemaLog.this.wait(ms);
      } catch (InterruptedException e) {
        throw new org.apache.kafka.common.errors.InterruptException(e);
      }
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public void wakeup() {
      synchronized (MemorySchemaLog.this) {
        awake = true;
        MemorySchemaLog.this.notifyAll();
      }
    }

    @Override
    public void close() {}
  }

  private final class MemoryWriter implements Writer {
    private boolean closed;

    @Override
    public CompletableFuture<?> append(byte[] key, byte @Nullable [] value) {
      synchronized (MemorySchemaLog.this) {
        Fault fault = nextAppend;
        nextAppend = Fault.NONE;
        if (away || closed || fault == Fault.REFUSED) {
          return CompletableFuture.failedFuture(new KafkaException("not written"));
        }
        add(key, value);
        return fault == Fault.ACK_LOST
            ? CompletableFuture.failedFuture(new KafkaException("no answer"))
            : CompletableFuture.completedFuture(null);
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
