package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The log of one partition as its directory alone tells of it, for who has no checkpoint to [open][PartitionLog#open] it at.
/// Changes nothing.
public record FoundLog(Disk disk, Path directory, PartitionId id) {
  /// Where it ends. What lies in it is not verified but for the last segment. Empty when there is none.
  public Optional<LogEnd> end() throws IOException {
    LogDirectory files = files();
    List<SegmentName> names = files.segments();
    if (names.isEmpty()) {
      return Optional.empty();
    }
    SegmentName last = names.getLast();
    Place end = Segment.asFound(files, last, Long.MAX_VALUE).view().endOfWhole();
    long start = Math.min(names.getFirst().baseOffset(), end.offset());
    return Optional.of(
        last.isCleaned()
            ? new LogEnd(start, last.nextOffset(), last.nextOffset(), 0)
            : new LogEnd(start, end.offset(), last.baseOffset(), end.position()));
  }

  /// Whether the files hold batches of an offset or later ones, or begin a segment there, behind what a checkpoint names: as
  /// [BehindEnd#isAny] would tell when the journal ends at that offset.
  public boolean wentOnBehind(LogEnd checkpointed, long offset) throws IOException {
    LogDirectory files = files();
    for (SegmentName name : files.segments()) {
      long base = name.baseOffset();
      boolean grows = !name.isCleaned() && base >= checkpointed.segmentBaseOffset();
      long from = base == checkpointed.segmentBaseOffset() ? checkpointed.segmentPosition() : 0;
      if (grows
          && (base >= offset || Segment.fresh(files, base).holdsFrom(new Place(offset, from)))) {
        return true;
      }
    }
    return false;
  }

  /// Whether there is a batch in any of its segments.
  public boolean holdsBatches() throws IOException {
    LogDirectory files = files();
    for (SegmentName name : files.segments()) {
      if (Segment.fresh(files, name.baseOffset()).wentOn()) {
        return true;
      }
    }
    return false;
  }

  /// What is written down of its damage.
  public Damage damage() {
    return KnownDamage.of(disk, directory, files(), id, 0).known();
  }

  private LogDirectory files() {
    return new LogDirectory(disk, directory, id);
  }
}
