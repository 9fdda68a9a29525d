package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.broker.ProduceAdmission.Refused;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.topic.TopicConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;

/// What must be right with a batch before anything is decided about it. Looks at its header and computes its CRC;
/// the records stay unopened.
///
/// Which fault is named first, and with which of them it is said where the partition's log starts, is as in Apache Kafka:
/// of what the log itself refuses.
final class ProducedBatch {
  private static final short FIRST_VERSION_WITH_ZSTD = 7;

  private ProducedBatch() {}

  /// Whether the bytes begin with a whole batch that belongs to a transaction.
  static boolean isTransactional(ByteBuffer bytes) {
    if (bytes.remaining() < RecordBatch.HEADER_BYTES) {
      return false;
    }
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    return batch.magic() == RecordBatch.MAGIC
        && batch.sizeBytes() >= RecordBatch.HEADER_BYTES
        && batch.sizeBytes() <= bytes.remaining()
        && batch.isTransactional();
  }

  /// What is wrong, if anything.
  static Optional<Refused> fault(ByteBuffer bytes, Partition partition, short version) {
    Optional<Refused> malformed = formFault(bytes, version);
    if (malformed.isPresent()) {
      return malformed;
    }
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    return sizeFault(batch, partition.topic().config())
        .or(() -> offsetFault(batch).map(fault -> fault.by(partition)))
        .or(() -> damage(batch))
        .or(() -> contentFault(batch).map(fault -> fault.by(partition)));
  }

  private static Optional<Refused> formFault(ByteBuffer bytes, short version) {
    if (bytes.remaining() < RecordBatch.HEADER_BYTES) {
      return fault(
          Errors.INVALID_RECORD, "A produce request must have one record batch per partition");
    }
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    if (batch.magic() != RecordBatch.MAGIC) {
      return fault(
          Errors.INVALID_RECORD,
          "Only record batches of magic version 2 are accepted, not " + batch.magic());
    }
    // Not CORRUPT_MESSAGE: a client would send again, and again, what was cut before it was sent.
    if (batch.sizeBytes() < RecordBatch.HEADER_BYTES || batch.sizeBytes() > bytes.remaining()) {
      return fault(
          Errors.INVALID_RECORD,
          "The record batch claims %d bytes where the produce request has %d"
              .formatted(batch.sizeBytes(), bytes.remaining()));
    }
    if (version < FIRST_VERSION_WITH_ZSTD && batch.isPackedWith(Compression.ZSTD)) {
      return fault(
          Errors.UNSUPPORTED_COMPRESSION_TYPE,
          "Produce requests with version " + version + " may not use ZStandard compression");
    }
    return batch.sizeBytes() < bytes.remaining()
        ? fault(
            Errors.INVALID_RECORD,
            "A produce request must have exactly one record batch per partition")
        : Optional.empty();
  }

  private static Optional<Refused> sizeFault(RecordBatch batch, TopicConfig config) {
    if (batch.sizeBytes() > config.maxMessageBytes()) {
      return fault(
          Errors.MESSAGE_TOO_LARGE,
          "The record batch has %d bytes, which exceeds max.message.bytes (%d) of its topic"
              .formatted(batch.sizeBytes(), config.maxMessageBytes()));
    }
    return batch.sizeBytes() > config.segmentBytes()
        ? fault(
            Errors.RECORD_LIST_TOO_LARGE,
            "The record batch has %d bytes, which exceeds segment.bytes (%d) of its topic"
                .formatted(batch.sizeBytes(), config.segmentBytes()))
        : Optional.empty();
  }

  private static Optional<Refused> offsetFault(RecordBatch batch) {
    if (batch.baseOffset() != 0) {
      return fault(
          Errors.INVALID_RECORD,
          "The record batch has the base offset %d; a producer's is 0, the log gives it another"
              .formatted(batch.baseOffset()));
    }
    return batch.recordCount() < 1 || batch.recordCount() - 1 != batch.lastOffsetDelta()
        ? fault(
            Errors.INVALID_RECORD,
            "The record batch counts %d records, but its last offset delta is %d"
                .formatted(batch.recordCount(), batch.lastOffsetDelta()))
        : Optional.empty();
  }

  private static Optional<Refused> damage(RecordBatch batch) {
    return batch.check() instanceof BatchCheck.Damaged(String reason)
        ? fault(Errors.CORRUPT_MESSAGE, reason)
        : Optional.empty();
  }

  private static Optional<Refused> contentFault(RecordBatch batch) {
    if (batch.isControl()) {
      return fault(Errors.INVALID_RECORD, "Clients are not allowed to write control records");
    }
    if (batch.isTransactional() && batch.producerId() < 0) {
      return fault(Errors.INVALID_RECORD, "A transactional record batch must have a producer id");
    }
    return batch.producerId() >= 0 && batch.baseSequence() < 0
        ? fault(
            Errors.INVALID_RECORD,
            "Invalid sequence number %d in record batch with producerId %d"
                .formatted(batch.baseSequence(), batch.producerId()))
        : Optional.empty();
  }

  private static Optional<Refused> fault(Errors error, String message) {
    return Optional.of(ProduceAdmission.refused(error, message));
  }
}
