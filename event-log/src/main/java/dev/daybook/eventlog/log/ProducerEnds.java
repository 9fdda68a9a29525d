package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;

/// Knows the last batch of each producer that is remembered: compaction keeps it, without records if need be, so that
/// the producer's epoch and last sequence can be found in the log.
@FunctionalInterface
public interface ProducerEnds {
  /// Whether it is the producer's last one. Only asked for batches that have a producer.
  boolean isLast(RecordBatch batch);
}
