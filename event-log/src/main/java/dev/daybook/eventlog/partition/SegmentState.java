package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.SegmentPolicy;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.topic.CatalogCodec;
import dev.daybook.eventlog.topic.CatalogRecord;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What follows from the segments written so far: the topics and the producers of each
/// partition. Owned by the segment writer; recovery hands it over.
final class SegmentState {
  private final Map<PartitionId, ProducerState> producers;
  private final Set<TopicId> deletedTopics = new HashSet<>();
  private final List<PartitionId> freshlyDeleted = new ArrayList<>();
  private TopicCatalog catalogue;
  private long sequence;

  SegmentState(TopicCatalog catalogue, Map<PartitionId, ProducerState> producers, long sequence) {
    this.catalogue = catalogue;
    this.producers = new HashMap<>(producers);
    this.sequence = sequence;
  }

  TopicCatalog catalogue() {
    return catalogue;
  }

  long sequence() {
    return sequence;
  }

  ProducerState producersOf(PartitionId id) {
    return producers.computeIfAbsent(id, key -> new ProducerState());
  }

  LastBatches lastBatchesOf(PartitionId id) {
    ProducerState known = producers.get(id);
    return known == null ? new LastBatches(Map.of()) : known.lastBatches();
  }

  SegmentPolicy policyOf(PartitionId id) {
    return catalogue
        .byId(id.topic())
        .map(topic -> new SegmentPolicy(topic.config().indexIntervalBytes()))
        .orElse(SegmentPolicy.DEFAULT);
  }

  boolean isDeleted(PartitionId id) {
    return catalogue.wasDeleted(id.topic());
  }

  /// Takes batches that are in the partition's segment now into account.
  void replay(PartitionId id, List<ByteBuffer> batches) throws IOException {
    for (ByteBuffer bytes : batches) {
      for (RecordBatch batch : RecordBatches.in(bytes)) {
        replay(id, batch);
      }
    }
  }

  /// Takes one batch into account.
  void replay(PartitionId id, RecordBatch batch) throws IOException {
    if (batch.producerId() >= 0) {
      producersOf(id).replay(batch);
    }
    if (id.equals(PartitionId.CATALOGUE)) {
      replayCatalogue(batch);
    }
  }

  /// A producer of this partition is forgotten.
  void forget(PartitionId id, long producerId) {
    ProducerState known = producers.get(id);
    if (known != null) {
      known.forget(producerId);
    }
  }

  /// Takes one batch of the catalogue into account.
  void replayCatalogue(RecordBatch batch) throws IOException {
    for (LogRecord record : RecordReader.read(batch)) {
      replay(
          CatalogCodec.decode(
              Objects.requireNonNull(record.value(), "A catalogue record has a value")));
    }
  }

  /// The files of this topic may go with the next checkpoint.
  void mayUnlink(TopicId deletedTopic) {
    deletedTopics.add(deletedTopic);
  }

  boolean hasFilesToUnlink() {
    return !deletedTopics.isEmpty();
  }

  void applied(long entrySequence) {
    sequence = entrySequence;
  }

  /// The partitions that went since this was last asked.
  List<PartitionId> takeDeletedPartitions() {
    if (freshlyDeleted.isEmpty()) {
      return List.of();
    }
    List<PartitionId> taken = List.copyOf(freshlyDeleted);
    freshlyDeleted.clear();
    return taken;
  }

  /// Where all stands now.
  SegmentMarks marks(PartitionLogs logs) {
    Map<PartitionId, LogEnd> ends = new HashMap<>();
    for (Map.Entry<PartitionId, PartitionLog> log : logs.byId().entrySet()) {
      LogEnd end = log.getValue().end();
      if (end.nextOffset() > 0) {
        ends.put(log.getKey(), end);
      }
    }
    SegmentMarks marks =
        new SegmentMarks(
            sequence,
            ends,
            ByteBuffer.wrap(ProducersFile.encode(sequence, producers)),
            Set.copyOf(deletedTopics));
    deletedTopics.clear();
    return marks;
  }

  private void replay(CatalogRecord record) {
    if (record instanceof CatalogRecord.TopicDeleted(TopicId id)) {
      catalogue.byId(id).ifPresent(this::forget);
    }
    catalogue = catalogue.replay(record);
  }

  private void forget(Topic topic) {
    deletedTopics.add(topic.id());
    for (int index = 0; index < topic.partitions(); index++) {
      PartitionId id = topic.partition(index);
      producers.remove(id);
      freshlyDeleted.add(id);
    }
  }
}
