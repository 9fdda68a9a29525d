package dev.daybook.connect.worker;

import dev.daybook.connect.offset.AckedOffsets;
import dev.daybook.connect.offset.SourcePartition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends one poll's records to the log, in order, and keeps account of what was acknowledged. A record that a
/// transformation dropped counts as done in its place, so offsets advance past filtered data.
final class SourceSender {

  private static final Logger LOG = LoggerFactory.getLogger(SourceSender.class);

  private final TaskId id;
  private final SourceTask task;
  private final SourceConversion conversion;
  private final TopicCreation topics;
  private final Producer<byte[], byte[]> producer;
  private final AckedOffsets acked;
  private final boolean toleratesAll;
  private final AtomicReference<@Nullable Exception> sendFailure = new AtomicReference<>();

  SourceSender(
      TaskId id,
      SourceTask task,
      SourceConversion conversion,
      TopicCreation topics,
      Producer<byte[], byte[]> producer,
      AckedOffsets acked,
      boolean toleratesAll) {
    this.id = id;
    this.task = task;
    this.conversion = conversion;
    this.topics = topics;
    this.producer = producer;
    this.acked = acked;
    this.toleratesAll = toleratesAll;
  }

  /// Sends what it can and returns what is left because the log cannot take more at the moment.
  List<SourceRecord> send(List<SourceRecord> records) {
    for (int i = 0; i < records.size(); i++) {
      requireNoFailure();
      SourceRecord record = records.get(i);
      ProducerRecord<byte[], byte[]> converted = conversion.convert(record);
      if (converted == null) {
        drop(record);
      } else if (!trySend(record, converted)) {
        return records.subList(i, records.size());
      }
    }
    return List.of();
  }

  /// Fails the task if a record sent earlier could not be written.
  void requireNoFailure() {
    Exception failure = sendFailure.get();
    if (failure != null) {
      throw new ConnectException("Task " + id + " could not write a record to the log", failure);
    }
  }

  boolean hasFailed() {
    return sendFailure.get() != null;
  }

  private void drop(SourceRecord record) {
    if (isTracked(record)) {
      acked.submitDropped(partition(record), offset(record));
    }
    commitRecord(record, null);
  }

  private boolean trySend(SourceRecord record, ProducerRecord<byte[], byte[]> converted) {
    AckedOffsets.@Nullable Submitted submitted =
        isTracked(record) ? acked.submit(partition(record), offset(record)) : null;
    try {
      topics.ensure(converted.topic());
      var _ =
          producer.send(
              converted, (metadata, failure) -> completed(record, submitted, metadata, failure));
      return true;
    } catch (RetriableException e) {
      LOG.warn(
          "Task {} cannot send to {} now and tries again: {}",
          id,
          converted.topic(),
          e.getMessage());
      if (submitted != null) {
        acked.withdraw(submitted);
      }
      return false;
    } catch (KafkaException e) {
      throw new ConnectException("Task " + id + " cannot send to " + converted.topic(), e);
    }
  }

  /// Runs on the producer's thread. A record that failed for good stays unacknowledged, and so do all offsets after it.
  private void completed(
      SourceRecord record,
      AckedOffsets.@Nullable Submitted submitted,
      @Nullable RecordMetadata metadata,
      @Nullable Exception failure) {
    if (failure != null && !toleratesAll) {
      sendFailure.compareAndSet(null, failure);
      return;
    }
    commitRecord(record, failure == null ? metadata : null);
    if (submitted != null) {
      submitted.ack();
    }
  }

  private void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
    try {
      task.commitRecord(record, metadata);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("Task {} failed in commitRecord, which has no consequence: {}", id, e.toString());
    }
  }

  private static boolean isTracked(SourceRecord record) {
    return record.sourcePartition() != null && record.sourceOffset() != null;
  }

  private static Map<String, Object> partition(SourceRecord record) {
    Map<String, Object> partition = copy(record.sourcePartition());
    SourcePartition.check("source partition", partition);
    return partition;
  }

  private static Map<String, Object> offset(SourceRecord record) {
    Map<String, Object> offset = copy(record.sourceOffset());
    SourcePartition.check("source offset", offset);
    return offset;
  }

  /// A copy, since connectors reuse their maps.
  private static Map<String, Object> copy(Map<String, ?> fields) {
    return new LinkedHashMap<>(fields);
  }
}
