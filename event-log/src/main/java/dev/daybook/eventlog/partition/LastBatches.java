package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.ProducerEnds;
import dev.daybook.eventlog.record.RecordBatch;
import java.util.Map;

/// The last batch of each producer that a partition remembers, by its epoch and last sequence, as of one moment.
record LastBatches(Map<Long, End> ends) implements ProducerEnds {
  /// @param lastSequence of its records; -1 when it has none of this epoch: then its last marker counts
  record End(short epoch, int lastSequence) {}

  LastBatches {
    ends = Map.copyOf(ends);
  }

  @Override
  public boolean isLast(RecordBatch batch) {
    End end = ends.get(batch.producerId());
    if (end == null || batch.producerEpoch() != end.epoch) {
      return false;
    }
    return batch.isControl() ? end.lastSequence < 0 : batch.lastSequence() == end.lastSequence;
  }
}
