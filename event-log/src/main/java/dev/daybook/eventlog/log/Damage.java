package dev.daybook.eventlog.log;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What of a partition is known to be damaged. While there is open damage the partition takes no records, and reads
/// of these offsets are refused. Damage that somebody has accepted is a plain gap: a reader goes on behind it, as
/// it does where compaction took records away.
///
/// @param open what nobody has accepted, ascending, without overlaps
/// @param accepted what somebody has, ascending
public record Damage(List<DamagedRange> open, List<DamagedRange> accepted) {
  /// What every partition ought to have.
  public static final Damage NONE = new Damage(List.of(), List.of());

  public Damage {
    open = List.copyOf(open);
    accepted = List.copyOf(accepted);
  }

  public boolean isOpen() {
    return !open.isEmpty();
  }

  /// The open damage at this offset, if there is any.
  public Optional<DamagedRange> at(long offset) {
    return at(offset, open);
  }

  /// One range more. Ranges that touch become one; what was accepted stays accepted.
  Damage with(DamagedRange found) {
    if (open.stream().anyMatch(known -> known.covers(found))
        || accepted.stream().anyMatch(known -> known.covers(found))) {
      return this;
    }
    List<DamagedRange> ranges = new ArrayList<>();
    DamagedRange merged = found;
    for (DamagedRange known : open) {
      if (known.touches(merged)) {
        merged = merged.and(known);
      } else {
        ranges.add(known);
      }
    }
    ranges.add(merged);
    ranges.sort(Comparator.comparingLong(DamagedRange::fromOffset));
    return new Damage(ranges, accepted);
  }

  /// Without ranges that are damaged no more.
  Damage without(List<DamagedRange> mended) {
    return new Damage(open.stream().filter(range -> !mended.contains(range)).toList(), accepted);
  }

  /// All of it accepted. A range without an end ends where the log does.
  Damage accept(long nextOffset) {
    List<DamagedRange> all = new ArrayList<>(accepted);
    for (DamagedRange range : open) {
      long end = Math.min(range.toOffset(), nextOffset);
      if (range.fromOffset() < end) {
        all.add(new DamagedRange(range.fromOffset(), end, range.reason(), range.foundMs()));
      }
    }
    all.sort(Comparator.comparingLong(DamagedRange::fromOffset));
    return new Damage(List.of(), all);
  }

  /// Where a reader of this offset goes on: there, or behind what was accepted.
  long behindAccepted(long offset) {
    long next = offset;
    Optional<DamagedRange> gap = at(next, accepted);
    while (gap.isPresent()) {
      next = gap.get().toOffset();
      gap = at(next, accepted);
    }
    return next;
  }

  /// The first damaged offset, accepted or not, behind this one; [Long#MAX_VALUE] when there is none.
  long nextBehind(long offset) {
    long next = Long.MAX_VALUE;
    for (List<DamagedRange> ranges : List.of(open, accepted)) {
      for (DamagedRange range : ranges) {
        if (range.fromOffset() > offset) {
          next = Math.min(next, range.fromOffset());
        }
      }
    }
    return next;
  }

  /// Whether anything from this offset on, but below the other, is damaged, accepted or not.
  public boolean isAnyBetween(long fromOffset, long toOffset) {
    return nextBehind(fromOffset - 1) < toOffset;
  }

  boolean isNone() {
    return open.isEmpty() && accepted.isEmpty();
  }

  private static Optional<DamagedRange> at(long offset, List<DamagedRange> ranges) {
    for (DamagedRange range : ranges) {
      if (range.holds(offset)) {
        return Optional.of(range);
      }
    }
    return Optional.empty();
  }
}
