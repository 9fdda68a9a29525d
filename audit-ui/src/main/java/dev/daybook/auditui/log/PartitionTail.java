package dev.daybook.auditui.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Reads one partition backwards, though Kafka only reads forwards: it loads a window that ends
/// where the last one began, hands its records out from the end, and doubles the next window.
///
/// ```
///  start        low             ready             next
///    |  not read  |  loaded, not handed out  |  handed out  |
/// ```
final class PartitionTail {
  private static final int LARGEST_WINDOW = 4_000;

  final TopicPartition partition;
  private final long start;
  private final long maxBytes;
  private final Deque<ConsumerRecord<byte[], byte[]>> ready = new ArrayDeque<>();
  private long low;
  private long windowEnd;
  private long readyBytes;
  private int window;

  PartitionTail(TopicPartition partition, long start, long before, int window, long maxBytes) {
    this.partition = partition;
    this.start = start;
    this.low = before;
    this.windowEnd = before;
    this.window = window;
    this.maxBytes = maxBytes;
  }

  boolean needsMore() {
    return ready.isEmpty() && low > start;
  }

  /// Chooses the next older window and answers where to seek to.
  long beginWindow() {
    windowEnd = low;
    low = Math.max(start, windowEnd - window);
    window = Math.min(window * 2, LARGEST_WINDOW);
    return low;
  }

  /// Whether a consumer at this position has passed the window.
  boolean windowLoaded(long position) {
    return position >= windowEnd;
  }

  /// Takes a record of the window. When memory is short, the window's oldest go again and are
  /// left to the next window; the newest one always stays, so that every question makes progress.
  void load(ConsumerRecord<byte[], byte[]> record) {
    if (record.offset() >= windowEnd) {
      return;
    }
    ready.addLast(record);
    readyBytes += bytes(record);
    while (readyBytes > maxBytes && ready.size() > 1) {
      var dropped = ready.removeFirst();
      readyBytes -= bytes(dropped);
      low = dropped.offset() + 1;
    }
  }

  Optional<ConsumerRecord<byte[], byte[]>> newest() {
    return Optional.ofNullable(ready.peekLast());
  }

  ConsumerRecord<byte[], byte[]> take() {
    var record = ready.removeLast();
    readyBytes -= bytes(record);
    return record;
  }

  /// Everything from here on has been handed out.
  long next() {
    var newest = ready.peekLast();
    return newest == null ? low : newest.offset() + 1;
  }

  /// A window that was not loaded to its end says nothing about any of its offsets.
  void forgetWindow() {
    ready.clear();
    readyBytes = 0;
    low = windowEnd;
  }

  static long bytes(ConsumerRecord<?, ?> record) {
    return Math.max(record.serializedKeySize(), 0)
        + Math.max(record.serializedValueSize(), 0)
        + 64L;
  }
}
