package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.PartitionLog;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// What can be told of a partition's producers by the batches that are whole in its log.
final class ProducersLeft {
  private final ProducerState state = new ProducerState();
  private final Map<Long, Long> lastOffsets = new HashMap<>();

  private ProducersLeft() {}

  /// Reads a log. What turns out to be damaged is noted there.
  static ProducersLeft in(PartitionLog log) throws IOException {
    ProducersLeft left = new ProducersLeft();
    log.forEachWholeBatch(
        log.startOffset(),
        batch -> {
          left.state.replay(batch);
          left.lastOffsets.put(batch.producerId(), batch.lastOffset());
        });
    return left;
  }

  /// The same where nobody knows more. A marker may be in any hole: whoever has a transaction open before one may have ended
  /// it there.
  static ProducerState alone(PartitionLog log) throws IOException {
    ProducerState state = new ProducerState();
    long[] end = {log.startOffset()};
    log.forEachWholeBatch(
        log.startOffset(),
        batch -> {
          if (log.damage().isAnyBetween(end[0], batch.baseOffset())) {
            state.suspectEnds();
          }
          state.replay(batch);
          end[0] = batch.nextOffset();
        });
    if (log.damage().isAnyBetween(end[0], Long.MAX_VALUE)) {
      state.suspectEnds();
    }
    return state;
  }

  /// Opens transactions again of which this has no marker, though they are known to have had one.
  void reopenIn(ProducerState known) {
    state
        .open()
        .forEach(
            former ->
                known.reopen(state, former, lastOffsets.getOrDefault(former.producerId(), 0L)));
  }
}
