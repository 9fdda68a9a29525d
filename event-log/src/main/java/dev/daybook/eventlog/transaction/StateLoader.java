package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.Slice;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.MalformedRecordsException;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the state back from a partition of the log: every record once, in order. A record that makes no sense is skipped
/// and told: one must not take all transactions away. Offsets that can not be read are another matter: what stood there may
/// have been the last word of any id.
final class StateLoader {
  private static final Logger LOG = LoggerFactory.getLogger(StateLoader.class);
  private static final int READ_BYTES = 1 << 20;

  private final TransactionLog log;
  private final Topic topic;
  private final TransactionBook.Now now;
  private final TransactionBook book = new TransactionBook();

  StateLoader(TransactionLog log, Topic topic, TransactionBook.Now now) {
    this.log = log;
    this.topic = topic;
    this.now = now;
  }

  /// Reads all there is of one partition; good for one. Blocks. Nobody may write to it meanwhile.
  TransactionBook load(int index) throws IOException {
    Partition partition = log.partition(topic.partition(index));
    if (partition == null) {
      throw new IOException("Partition " + index + " of " + topic.name() + " is not there");
    }
    load(partition);
    return book;
  }

  private void load(Partition partition) throws IOException {
    if (partition.damage().isOpen()) {
      // Also where all that is left can be read: behind its end there may have been more.
      throw new IOException(
          "%s has lost records, or may have: its offsets %s are damaged"
              .formatted(
                  partition.id(),
                  partition.damage().open().stream().map(DamagedRange::offsets).toList()));
    }
    long offset = partition.logStartOffset();
    long end = partition.highWatermark();
    while (offset < end) {
      offset = replayFrom(partition, offset);
    }
  }

  private long replayFrom(Partition partition, long offset) throws IOException {
    return switch (partition.read(offset, READ_BYTES)) {
      case ReadResult.Batches batches -> replay(batches, partition, offset);
      case ReadResult.OffsetOutOfRange(long highWatermark, long startOffset) -> {
        if (offset >= startOffset) {
          throw new IOException(
              partition.id() + " has nothing at " + offset + " below " + highWatermark);
        }
        yield startOffset;
      }
      case ReadResult.UnknownPartition() -> throw new IOException(partition.id() + " is gone");
    };
  }

  private long replay(ReadResult.Batches batches, Partition partition, long offset)
      throws IOException {
    long next = offset;
    try (batches) {
      for (Slice slice : batches.slices()) {
        ByteBuffer bytes = slice.read();
        int at = bytes.position();
        while (at < bytes.limit()) {
          RecordBatch batch = RecordBatch.at(bytes, at);
          replay(batch, partition);
          next = batch.nextOffset();
          at += batch.sizeBytes();
        }
      }
    }
    return next == offset ? behindLoss(partition, offset) : next;
  }

  /// Where the last offsets are lost, and that was accepted, a read finds nothing.
  private static long behindLoss(Partition partition, long offset) throws IOException {
    return partition.damage().accepted().stream()
        .filter(range -> range.fromOffset() <= offset && offset < range.toOffset())
        .mapToLong(DamagedRange::toOffset)
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "A read of " + partition.id() + " at " + offset + " found no batch"));
  }

  private void replay(RecordBatch batch, Partition partition) {
    try {
      for (LogRecord record : RecordReader.read(batch)) {
        replay(record);
      }
    } catch (MalformedRecordsException | IllegalArgumentException e) {
      LOG.error(
          "transaction state record skipped: partition={} batch={} reason=\"{}\"; its transactional id begins anew",
          partition.id(),
          batch,
          e.getMessage());
    }
  }

  private void replay(LogRecord record) {
    ByteBuffer key = record.key();
    if (key == null) {
      throw new IllegalArgumentException("The record at " + record.offset() + " has no key");
    }
    String id = TransactionCodec.id(key);
    ByteBuffer value = record.value();
    book.replay(id, value == null ? null : TransactionCodec.transaction(id, value), now);
  }
}
