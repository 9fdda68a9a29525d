package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.LeaderEpochs;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// Makes live partitions of what a recovery has left, before any owner is stepped.
///
/// @param state what is in the segments by now
record PartitionOpening(PartitionLogs logs, SegmentState state, Clock clock) {
  private static final String CATALOGUE_NAME = "daybook.catalogue";

  /// The one that holds the catalogue itself.
  Partition home() throws IOException {
    return open(
        new Topic(TopicId.CATALOGUE, CATALOGUE_NAME, 1, TopicConfig.DEFAULTS),
        PartitionId.CATALOGUE);
  }

  /// Those of all topics in the catalogue.
  Map<PartitionId, Partition> ofTopics() throws IOException {
    Map<PartitionId, Partition> live = new HashMap<>();
    for (Topic topic : state.catalogue().all()) {
      for (int index = 0; index < topic.partitions(); index++) {
        PartitionId id = topic.partition(index);
        live.put(id, open(topic, id));
      }
    }
    return live;
  }

  private Partition open(Topic topic, PartitionId id) throws IOException {
    PartitionLog log = logs.get(id);
    LogEnd end = log.end();
    ProducerState producers = state.producersOf(id).copy();
    producers.allUsed(clock.monotonicNs());
    LeaderEpochs epochs = state.catalogue().leaderEpochs(id);
    AppendState appending =
        new AppendState(
            id,
            topic.config(),
            producers,
            epochs.current(),
            end,
            log.growingSince().orElse(RecordBatch.NO_TIMESTAMP));
    if (!id.equals(PartitionId.CATALOGUE)) {
      // Nobody raises the catalogue's own: its records are read by nobody but us.
      log.expectEpochs(epochs::at);
    }
    log.forgetMended();
    return new Partition(id, topic, log, appending, epochs);
  }
}
