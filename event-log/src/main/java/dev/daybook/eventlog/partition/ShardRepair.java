package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What can be done about damage in a shard while no thread steps its owners: find it, and take it for lost. It is in the logs until
/// somebody does the second, also over restarts.
public final class ShardRepair {
  private final PartitionLogs logs;
  private final SegmentWriter segmentWriter;

  ShardRepair(PartitionLogs logs, SegmentWriter segmentWriter) {
    this.logs = logs;
    this.segmentWriter = segmentWriter;
  }

  /// Reads every batch there is, and returns what is damaged and not accepted.
  public Map<PartitionId, List<DamagedRange>> findDamage() throws IOException {
    Map<PartitionId, List<DamagedRange>> damage = new TreeMap<>();
    for (PartitionLog log : logs.byId().values()) {
      log.forEachWholeBatch(log.startOffset(), batch -> {});
      if (log.damage().isOpen()) {
        damage.put(log.id(), log.damage().open());
      }
    }
    return damage;
  }

  /// Opens transactions again whose marker is among what is damaged. Nobody knows how they ended, so readers of committed
  /// records come to a stop before them, and their producers write nothing there, until an administrator decides. To be called
  /// before the checkpoint that comes before the loss is accepted.
  public void reopenTransactions() throws IOException {
    for (PartitionLog log : logs.byId().values()) {
      if (log.damage().isOpen()) {
        ProducersLeft.in(log).reopenIn(segmentWriter.producersOf(log.id()));
      }
    }
  }

  /// Takes what is damaged for lost, durably: consumers go on behind it, and producers may append again.
  public void acceptDamage() throws IOException {
    for (PartitionLog log : logs.byId().values()) {
      if (log.damage().isOpen()) {
        log.acceptDamage();
      }
    }
  }
}
