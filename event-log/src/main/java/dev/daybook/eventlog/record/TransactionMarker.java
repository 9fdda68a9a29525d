package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// The end of a producer's transaction in one partition: a control batch of one record, in Kafka's format.
///
/// ```text
///  key      0  2  version, 0                value    0  2  version, 0
///           2  2  0 abort, 1 commit                  2  4  coordinator epoch
/// ```
///
/// @param producerEpoch the epoch that the producer has from now on; in transactions of version 2 one more than that of
///     the records
/// @param coordinatorEpoch of who decided; whoever has a lower one is fenced from then on
/// @param transactionVersion 2 when the epoch rises with each transaction: then a marker that comes late ends no
///     later one
public record TransactionMarker(
    long producerId,
    short producerEpoch,
    int coordinatorEpoch,
    boolean commit,
    int transactionVersion) {
  private static final short VERSION = 0;
  private static final short ABORT = 0;
  private static final short COMMIT = 1;
  private static final int KEY_BYTES = 4;
  private static final int VALUE_BYTES = 6;

  /// The bytes of its batch.
  public static final int BATCH_BYTES = RecordBatch.HEADER_BYTES + 17;

  public TransactionMarker {
    if (producerId < 0 || producerEpoch < 0) {
      throw new IllegalArgumentException(
          "There is no producer %d of epoch %d".formatted(producerId, producerEpoch));
    }
  }

  /// A marker whose epoch is that of the records it ends.
  public TransactionMarker(
      long producerId, short producerEpoch, int coordinatorEpoch, boolean commit) {
    this(producerId, producerEpoch, coordinatorEpoch, commit, 0);
  }

  /// What a control batch says; empty when it is of another kind, or its record is gone.
  public static Optional<TransactionMarker> of(RecordBatch batch) {
    try {
      List<LogRecord> records = RecordReader.read(batch);
      return records.isEmpty() ? Optional.empty() : of(batch, records.getFirst());
    } catch (MalformedRecordsException e) {
      return Optional.empty();
    }
  }

  private static Optional<TransactionMarker> of(RecordBatch batch, LogRecord record) {
    ByteBuffer key = record.key();
    ByteBuffer value = record.value();
    if (key == null || key.remaining() < KEY_BYTES || value == null) {
      return Optional.empty();
    }
    short type = key.getShort(key.position() + 2);
    if ((type != ABORT && type != COMMIT) || value.remaining() < VALUE_BYTES) {
      return Optional.empty();
    }
    int coordinatorEpoch = value.getInt(value.position() + 2);
    return Optional.of(
        new TransactionMarker(
            batch.producerId(), batch.producerEpoch(), coordinatorEpoch, type == COMMIT));
  }

  /// The batch, without its place in a log.
  public ByteBuffer batch(long nowMs) {
    ByteBuffer key = ByteBuffer.allocate(KEY_BYTES);
    key.putShort(VERSION).putShort(commit ? COMMIT : ABORT).flip();
    ByteBuffer value = ByteBuffer.allocate(VALUE_BYTES);
    value.putShort(VERSION).putInt(coordinatorEpoch).flip();
    return RecordBatchBuilder.uncompressed()
        .producer(producerId, producerEpoch, RecordBatch.NO_PRODUCER)
        .transactional()
        .control()
        .append(nowMs, key, value)
        .build();
  }
}
