package dev.daybook.eventlog.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a segment's file name tells: where it begins and, when compaction made it of earlier ones, where these ended and
/// how often that was done. So names alone say which files are in use, whatever moment a crash has chosen.
///
/// @param nextOffset where the segments end that it replaces; -1 for a segment that replaces none
/// @param generation 0 for a segment that replaces none; one more than those it replaces
record SegmentName(long baseOffset, long nextOffset, int generation) {
  private static final Pattern NAME = Pattern.compile("(\\d{20})(?:-(\\d{20})-(\\d{1,9}))?\\.log");
  private static final Comparator<SegmentName> ORDER =
      Comparator.comparingLong(SegmentName::baseOffset)
          .thenComparing(Comparator.comparingInt(SegmentName::generation).reversed());

  /// A segment that the segment writer makes.
  static SegmentName original(long baseOffset) {
    return new SegmentName(baseOffset, -1, 0);
  }

  /// The segment that this name stands for; empty when it is no segment's.
  static Optional<SegmentName> parse(String fileName) {
    Matcher name = NAME.matcher(fileName);
    if (!name.matches()) {
      return Optional.empty();
    }
    long baseOffset = Long.parseLong(name.group(1));
    return Optional.of(
        name.group(2) == null
            ? original(baseOffset)
            : new SegmentName(
                baseOffset, Long.parseLong(name.group(2)), Integer.parseInt(name.group(3))));
  }

  /// Of all the segments that have a file, those in use, ascending: the ones that no other replaces.
  static List<SegmentName> inUse(Collection<SegmentName> found) {
    List<SegmentName> sorted = found.stream().sorted(ORDER).toList();
    List<SegmentName> cleaned = sorted.stream().filter(SegmentName::isCleaned).toList();
    List<SegmentName> used = new ArrayList<>();
    for (SegmentName name : sorted) {
      if (cleaned.stream().noneMatch(other -> other.replaces(name))) {
        used.add(name);
      }
    }
    return used;
  }

  /// Whether compaction made it.
  boolean isCleaned() {
    return generation > 0;
  }

  /// Whether this segment holds what is left of the other one.
  boolean replaces(SegmentName other) {
    return generation > other.generation
        && baseOffset <= other.baseOffset
        && other.baseOffset < nextOffset;
  }

  /// The file's name without its ending; the indexes have it too.
  String stem() {
    return isCleaned()
        ? "%020d-%020d-%d".formatted(baseOffset, nextOffset, generation)
        : "%020d".formatted(baseOffset);
  }

  String fileName() {
    return stem() + ".log";
  }
}
