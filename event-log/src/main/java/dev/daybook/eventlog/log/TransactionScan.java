package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a run of batches tells of transactions: which were aborted, and where the first begins that the run does not
/// decide. Takes batches in order; used by one thread.
final class TransactionScan {
  private static final short ABORT = 0;

  private final Map<Long, Long> open = new HashMap<>();

  /// For each producer, where its aborted transactions begin, and where their markers stand.
  private final Map<Long, NavigableMap<Long, Long>> aborted = new HashMap<>();

  /// @param batch a whole one where it is a control batch; else its header
  void take(RecordBatch batch) throws IOException {
    if (batch.isControl()) {
      decide(batch);
    } else if (batch.isTransactional()) {
      open.putIfAbsent(batch.producerId(), batch.baseOffset());
    }
  }

  /// Whether the records of this transactional batch, which was taken, were aborted.
  boolean isAborted(RecordBatch batch) {
    NavigableMap<Long, Long> ofProducer = aborted.get(batch.producerId());
    Map.Entry<Long, Long> before =
        ofProducer == null ? null : ofProducer.floorEntry(batch.baseOffset());
    return before != null && batch.baseOffset() < before.getValue();
  }

  /// Where the first transaction begins that is not decided; the largest number when all are.
  long openFrom() {
    return open.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }

  private void decide(RecordBatch marker) throws IOException {
    Long first = open.remove(marker.producerId());
    if (first != null && isAbort(marker)) {
      aborted
          .computeIfAbsent(marker.producerId(), id -> new TreeMap<>())
          .put(first, marker.baseOffset());
    }
  }

  /// A marker's key is its version and its kind, 16 bits each.
  private static boolean isAbort(RecordBatch marker) throws IOException {
    for (LogRecord record : RecordReader.read(marker)) {
      ByteBuffer key = record.key();
      if (key != null && key.remaining() >= 2 * Short.BYTES) {
        return key.getShort(key.position() + Short.BYTES) == ABORT;
      }
    }
    return false;
  }
}
