package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.broker.ProduceAdmission.Refused;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TimestampType;
import dev.daybook.eventlog.topic.TopicConfig;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.protocol.Errors;

/// What must be right with a batch before anything is decided about it. Looks at its header and computes its CRC;
/// the records stay unopened.
final class ProducedBatch {
  private static final short FIRST_VERSION_WITH_ZSTD = 7;

  private ProducedBatch() {}

  /// What is wrong, if anything.
  static Optional<Refused> fault(ByteBuffer bytes, TopicConfig config, short version) {
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
    if (batch.sizeBytes() > 0 && batch.sizeBytes() < bytes.remaining()) {
      return fault(
          Errors.INVALID_RECORD,
          "A produce request must have exactly one record batch per partition");
    }
    if (batch.sizeBytes() > config.maxMessageBytes()) {
      return fault(
          Errors.MESSAGE_TOO_LARGE,
          "The record batch has %d bytes, which exceeds max.message.bytes (%d) of its topic"
              .formatted(batch.sizeBytes(), config.maxMessageBytes()));
    }
    if (batch.sizeBytes() > config.segmentBytes()) {
      return fault(
          Errors.RECORD_LIST_TOO_LARGE,
          "The record batch has %d bytes, which exceeds segment.bytes (%d) of its topic"
              .formatted(batch.sizeBytes(), config.segmentBytes()));
    }
    return contentFault(batch, version);
  }

  private static Optional<Refused> contentFault(RecordBatch batch, short version) {
    if (batch.recordCount() < 1 || batch.recordCount() - 1 != batch.lastOffsetDelta()) {
      return fault(
          Errors.INVALID_RECORD,
          "The record batch counts %d records, but its last offset delta is %d"
              .formatted(batch.recordCount(), batch.lastOffsetDelta()));
    }
    if (batch.check() instanceof BatchCheck.Damaged(String reason)) {
      return fault(Errors.CORRUPT_MESSAGE, reason);
    }
    if (batch.isControl()) {
      return fault(Errors.INVALID_RECORD, "Clients are not allowed to write control records");
    }
    if (batch.isTransactional() && batch.producerId() < 0) {
      return fault(Errors.INVALID_RECORD, "A transactional record batch must have a producer id");
    }
    if (batch.producerId() >= 0 && batch.baseSequence() < 0) {
      return fault(
          Errors.INVALID_RECORD,
          "Invalid sequence number %d in record batch with producerId %d"
              .formatted(batch.baseSequence(), batch.producerId()));
    }
    if (batch.timestampType() == TimestampType.LOG_APPEND_TIME) {
      return fault(
          Errors.INVALID_TIMESTAMP, "Producer should not set timestamp type to LogAppendTime.");
    }
    if (batch.compression() == Compression.ZSTD && version < FIRST_VERSION_WITH_ZSTD) {
      return fault(
          Errors.UNSUPPORTED_COMPRESSION_TYPE,
          "Produce requests with version " + version + " may not use ZStandard compression");
    }
    return Optional.empty();
  }

  private static Optional<Refused> fault(Errors error, String message) {
    return Optional.of(ProduceAdmission.refused(error, message));
  }
}
