package dev.daybook.eventlog.group.kafka;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.apache.kafka.coordinator.group.GroupCoordinatorRecordSerde;
import org.apache.kafka.coordinator.group.generated.OffsetCommitKey;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One load of one partition: every record once, in order. What cannot be replayed is skipped, and told.
final class Replay {
  private static final Logger LOG = LoggerFactory.getLogger(Replay.class);
  private static final int TOLD_MOST = 10;

  private final GroupCoordinatorRecordSerde serde = new GroupCoordinatorRecordSerde();
  private final TopicPartition partition;
  private final CoordinatorPlayback<CoordinatorRecord> playback;
  private final Set<CommittedTopic> committedTopics;
  private long recordCount;
  private long sizeBytes;
  private long skippedCount;

  Replay(
      TopicPartition partition,
      CoordinatorPlayback<CoordinatorRecord> playback,
      Set<CommittedTopic> committedTopics) {
    this.partition = partition;
    this.playback = playback;
    this.committedTopics = committedTopics;
  }

  long recordCount() {
    return recordCount;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  void batch(RecordBatch batch) {
    try {
      for (Record record : batch) {
        one(batch, record);
      }
    } catch (RuntimeException e) {
      // Damage that shows only when the batch is opened: the rest of it cannot be read either.
      skip(batch.baseOffset(), e);
    }
    sizeBytes += batch.sizeInBytes();
    skipTo(batch.nextOffset());
  }

  /// What stands before this offset is replayed, or is not there any more.
  void skipTo(long offset) {
    playback.updateLastWrittenOffset(offset);
    playback.updateLastCommittedOffset(offset);
  }

  private void one(RecordBatch batch, Record record) {
    recordCount++;
    try {
      if (batch.isControlBatch()) {
        marker(batch, record);
      } else {
        if (!record.hasKey()) {
          throw new IllegalArgumentException("The record has no key");
        }
        CoordinatorRecord decoded = serde.deserialize(record.key(), record.value());
        playback.replay(record.offset(), batch.producerId(), batch.producerEpoch(), decoded);
        remember(decoded);
      }
    } catch (RuntimeException e) {
      skip(record.offset(), e);
    }
  }

  private void marker(RecordBatch batch, Record record) {
    switch (ControlRecordType.parse(record.key())) {
      case COMMIT -> end(batch, TransactionResult.COMMIT);
      case ABORT -> end(batch, TransactionResult.ABORT);
      default -> throw new IllegalArgumentException("Not a transaction's marker");
    }
  }

  private void end(RecordBatch batch, TransactionResult result) {
    playback.replayEndTransactionMarker(batch.producerId(), batch.producerEpoch(), result);
  }

  private void remember(CoordinatorRecord record) {
    if (record.key() instanceof OffsetCommitKey key
        && record.value() != null
        && record.value().message() instanceof OffsetCommitValue value) {
      committedTopics.add(new CommittedTopic(key.topic(), value.topicId()));
    }
  }

  private void skip(long offset, RuntimeException fault) {
    if (++skippedCount <= TOLD_MOST) {
      LOG.error(
          "group state record skipped: partition={} offset={} reason=\"{}\"; what it said about its group is lost,"
              + " the group's members will join anew",
          partition,
          offset,
          fault.toString());
    }
  }
}
