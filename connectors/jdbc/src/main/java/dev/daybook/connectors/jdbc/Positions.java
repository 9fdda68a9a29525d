package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.OffsetTable.Claim;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where each partition of this task stands in the target. Owned by the task's thread.
///
/// A partition is claimed once, at best in `open`; if the target is away then, with the first records. Offsets are those
/// of the records as they were before any transform.
final class Positions {
  private static final Logger LOG = LoggerFactory.getLogger(Positions.class);

  private final OffsetTable table;
  private final SinkTaskContext context;
  private final Set<TopicPartition> unclaimed = new HashSet<>();
  private final Map<TopicPartition, Position> positions = new HashMap<>();
  private boolean tableExists;
  private boolean doubtful;

  /// `start` is where the target stood when the partition was claimed; `rewinding` until the worker obeys.
  private record Position(long start, Claim claim, boolean rewinding) {
    Position at(Claim other) {
      return new Position(start, other, rewinding);
    }

    Position arrived() {
      return rewinding ? new Position(start, claim, false) : this;
    }
  }

  Positions(OffsetTable table, SinkTaskContext context) {
    this.table = table;
    this.context = context;
  }

  static TopicPartition partition(SinkRecord record) {
    return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
  }

  void open(Collection<TopicPartition> partitions) {
    unclaimed.addAll(partitions);
  }

  void close(Collection<TopicPartition> partitions) {
    unclaimed.removeAll(partitions);
    partitions.forEach(positions::remove);
  }

  /// A commit may or may not have happened: the target is asked before anything else is written.
  void doubt() {
    doubtful = true;
  }

  /// Claims what is not yet claimed and tells the worker where to go on. Returns the partitions whose records at hand
  /// are to be ignored, because they come again from there.
  Set<TopicPartition> claim(Connection connection) throws SQLException {
    if (!tableExists) {
      table.createIfMissing(connection);
      tableExists = true;
    }
    if (doubtful) {
      reread(connection);
      doubtful = false;
    }
    Set<TopicPartition> rewound = new HashSet<>();
    for (TopicPartition partition : List.copyOf(unclaimed)) {
      Claim claim = table.claim(connection, partition);
      unclaimed.remove(partition);
      boolean rewind = claim.nextOffset() >= 0;
      positions.put(partition, new Position(claim.nextOffset(), claim, rewind));
      if (rewind) {
        context.offset(partition, claim.nextOffset());
        rewound.add(partition);
      }
      LOG.info(
          "claimed partition={} nextOffset={} epoch={}",
          partition,
          claim.nextOffset(),
          claim.epoch());
    }
    return rewound;
  }

  private void reread(Connection connection) throws SQLException {
    for (Map.Entry<TopicPartition, Position> entry : positions.entrySet()) {
      Claim now = table.read(connection, entry.getKey());
      if (now == null || now.epoch() != entry.getValue().claim().epoch()) {
        throw fenced(entry.getKey());
      }
      entry.setValue(entry.getValue().at(now));
    }
    connection.rollback();
  }

  /// The records the target does not have yet.
  List<SinkRecord> fresh(List<SinkRecord> records) {
    List<SinkRecord> fresh = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      Position position = position(partition(record));
      if (record.originalKafkaOffset() < position.start()) {
        throw new ConnectException(
            "the target already holds "
                + partition(record)
                + " up to offset "
                + position.start()
                + ", but the log delivers "
                + record.originalKafkaOffset()
                + ": was the topic made anew? If so, reset this connector's offsets and it starts over");
      }
      if (record.originalKafkaOffset() >= position.claim().nextOffset()) {
        fresh.add(record);
        positions.put(partition(record), position.arrived());
      }
    }
    return fresh;
  }

  /// Behind the last of these records, per partition; in one order everywhere, so that two tasks cannot deadlock.
  static Map<TopicPartition, Long> next(List<SinkRecord> records) {
    Map<TopicPartition, Long> next =
        new TreeMap<>(
            java.util.Comparator.comparing(TopicPartition::topic)
                .thenComparingInt(TopicPartition::partition));
    for (SinkRecord record : records) {
      next.merge(partition(record), record.originalKafkaOffset() + 1, Math::max);
    }
    return next;
  }

  /// Moves the partitions forward in the caller's transaction, which also locks them; fails if another task took over.
  void advance(Connection connection, Map<TopicPartition, Long> next) throws SQLException {
    for (Map.Entry<TopicPartition, Long> entry : next.entrySet()) {
      Claim claim = position(entry.getKey()).claim();
      if (!table.advance(connection, entry.getKey(), claim, entry.getValue())) {
        throw fenced(entry.getKey());
      }
    }
  }

  void committed(Map<TopicPartition, Long> next) {
    next.forEach(
        (partition, offset) ->
            positions.computeIfPresent(
                partition,
                (same, position) -> position.at(new Claim(offset, position.claim().epoch()))));
  }

  /// Adds the offset the worker may commit. `put` leaves nothing undone, so that is what it consumed, filtered records
  /// included, unless it still has to go back.
  void durable(
      TopicPartition partition,
      OffsetAndMetadata consumed,
      Map<TopicPartition, OffsetAndMetadata> durable) {
    Position position = positions.get(partition);
    if (position != null) {
      durable.put(
          partition,
          position.rewinding() ? new OffsetAndMetadata(position.claim().nextOffset()) : consumed);
    }
  }

  private Position position(TopicPartition partition) {
    @Nullable Position position = positions.get(partition);
    if (position == null) {
      throw new ConnectException(
          "records of " + partition + " were delivered, which this task does not own");
    }
    return position;
  }

  private static ConnectException fenced(TopicPartition partition) {
    return new ConnectException(
        "another task has taken over "
            + partition
            + "; this one stops so that nothing is written twice");
  }
}
