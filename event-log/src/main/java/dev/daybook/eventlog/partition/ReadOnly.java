package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.DamagedRange;
import java.util.Optional;
import java.util.stream.Collectors;

/// The refusal of appends to a partition that has lost records: whoever appended would build on a past that is not there,
/// and the offsets behind could no longer be told from lost ones.
final class ReadOnly {
  private ReadOnly() {}

  static Optional<AppendResult.Refused> refuse(Partition partition) {
    return partition.damage().isOpen() ? Optional.of(refusal(partition)) : Optional.empty();
  }

  private static AppendResult.Refused refusal(Partition partition) {
    String offsets =
        partition.damage().open().stream()
            .map(DamagedRange::offsets)
            .collect(Collectors.joining(", "));
    return new AppendResult.Refused(
        AppendResult.Reason.DAMAGED,
        "Partition %d of topic '%s' is read-only, because records of it are damaged (offsets %s); stop Daybook, then restore the data directory from a backup or run 'daybook repair'"
            .formatted(partition.id().index(), partition.topic().name(), offsets));
  }
}
