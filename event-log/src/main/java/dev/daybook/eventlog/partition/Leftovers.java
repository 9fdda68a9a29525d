package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.Replacement;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// Files of segments that lie below their log's start and that no checkpoint names any more, or that compaction has
/// replaced, until their time has come (`file.delete.delay.ms`). Who reads such a segment holds its file open, so waiting protects nobody: it gives an
/// operator a moment to save a file. When the machine stops, the next start finds the files below the start. Owned by
/// the checkpointer.
final class Leftovers {
  private final ToLongFunction<PartitionId> delayNs;
  private final List<Leftover> waiting = new ArrayList<>();
  private final List<Old> replaced = new ArrayList<>();

  Leftovers(ToLongFunction<PartitionId> delayNs) {
    this.delayNs = delayNs;
  }

  /// A durable checkpoint names this start.
  void checkpointed(PartitionLog log, long startOffset, long nowNs) {
    add(log, startOffset, nowNs + delayNs.applyAsLong(log.id()));
  }

  /// A segment took the place of others, whose files are of no use any more.
  void replaced(Replacement replacement, long nowNs) {
    long delay = delayNs.applyAsLong(replacement.log().id());
    replaced.add(new Old(replacement, nowNs + delay));
  }

  /// A start found files of a former life: nobody reads them.
  void found(PartitionLog log, long nowNs) throws IOException {
    add(log, log.startOffset(), nowNs);
    log.unlinkReplaced();
  }

  /// Removes the files whose time has come.
  ///
  /// @param hurry whether all have to go at once, because space is short
  /// @return how many logs lost files
  int unlink(long nowNs, boolean hurry) throws IOException {
    return unlinkBelowStarts(nowNs, hurry) + unlinkReplaced(nowNs, hurry);
  }

  private int unlinkReplaced(long nowNs, boolean hurry) throws IOException {
    if (replaced.isEmpty()) {
      return 0;
    }
    List<Old> due = replaced.stream().filter(old -> hurry || old.dueNs - nowNs <= 0).toList();
    for (Old old : due) {
      old.replacement.unlinkSources();
      replaced.remove(old);
    }
    return due.size();
  }

  private int unlinkBelowStarts(long nowNs, boolean hurry) throws IOException {
    if (waiting.isEmpty()) {
      return 0;
    }
    List<Leftover> due =
        waiting.stream().filter(leftover -> hurry || leftover.dueNs - nowNs <= 0).toList();
    for (Leftover leftover : due) {
      leftover.log.unlinkBelow(leftover.startOffset);
      waiting.remove(leftover);
    }
    return due.size();
  }

  private void add(PartitionLog log, long startOffset, long dueNs) {
    if (log.hasFilesBelow(startOffset) && !isWaiting(log, startOffset)) {
      waiting.add(new Leftover(log, startOffset, dueNs));
    }
  }

  private boolean isWaiting(PartitionLog log, long startOffset) {
    return waiting.stream()
        .anyMatch(leftover -> leftover.log == log && leftover.startOffset >= startOffset);
  }

  private record Old(Replacement replacement, long dueNs) {}

  private record Leftover(PartitionLog log, long startOffset, long dueNs) {}
}
