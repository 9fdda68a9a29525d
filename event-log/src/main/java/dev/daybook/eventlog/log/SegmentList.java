package dev.daybook.eventlog.log;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Which segments a log has: those that readers see, the last one growing, and beside them those that are out of use, whose
/// files wait to be unlinked.
///
/// The segment writer's thread changes what readers see, each time in one write; the checkpointer's thread forces and
/// unlinks; any thread takes the list as it [is][#held] and keeps to that. When a file of it turns out to be gone, the list
/// has changed meanwhile.
///
/// When the machine stops, nothing here outlives it: names and the last checkpoint say which segments there are.
final class SegmentList implements AutoCloseable {
  private final LogDirectory directory;

  /// Below the start; their files are still there.
  private final List<Segment> dropped = new CopyOnWriteArrayList<>();

  /// Replaced by others; their files are still there.
  private final List<Segment> replaced = new CopyOnWriteArrayList<>();

  /// Raised before segments are dropped, read after them, so that nobody looks for an offset in segments that no
  /// longer have it.
  private volatile long startOffset;

  private volatile List<Segment> segments;

  /// The base offset of the segment that a durable checkpoint names as the last.
  private volatile long checkpointedSegment;

  private SegmentList(LogDirectory directory, LogEnd checkpointed, List<Segment> segments) {
    this.directory = directory;
    this.startOffset = checkpointed.startOffset();
    this.checkpointedSegment = checkpointed.segmentBaseOffset();
    this.segments = List.copyOf(segments);
  }

  /// The segments of a log that has no records yet.
  static SegmentList fresh(LogDirectory directory) {
    return new SegmentList(directory, LogEnd.EMPTY, List.of(Segment.fresh(directory, 0)));
  }

  /// The segments as a checkpoint saw them.
  ///
  /// @param names of all the segments that have a file
  /// @param damage told of what the checkpoint relied on and is missing
  static SegmentList open(
      LogDirectory directory, List<SegmentName> names, LogEnd end, KnownDamage damage)
      throws IOException {
    List<SegmentName> used = SegmentName.inUse(names);
    List<Segment> found = openAll(directory, used, end, damage);
    int first = firstHolding(found, end.startOffset());
    SegmentList list = new SegmentList(directory, end, found.subList(first, found.size()));
    list.dropped.addAll(found.subList(0, first));
    names.stream()
        .filter(name -> !used.contains(name))
        .forEach(name -> list.replaced.add(Segment.leftover(directory, name, name.baseOffset())));
    return list;
  }

  private static List<Segment> openAll(
      LogDirectory files, List<SegmentName> names, LogEnd end, KnownDamage damage)
      throws IOException {
    long last = end.segmentBaseOffset();
    List<SegmentName> before = names.stream().filter(name -> name.baseOffset() < last).toList();
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      long next = i + 1 < before.size() ? before.get(i + 1).baseOffset() : last;
      segments.add(
          next <= end.startOffset()
              ? Segment.leftover(files, before.get(i), next)
              : Segment.sealed(files, before.get(i), next));
    }
    segments.addAll(openLast(files, names.contains(SegmentName.original(last)), end, damage));
    long first = segments.getFirst().baseOffset();
    if (first > end.startOffset()) {
      damage.mark(end.startOffset(), first, files.missing(end.startOffset()));
    }
    return segments;
  }

  private static List<Segment> openLast(
      LogDirectory files, boolean exists, LogEnd end, KnownDamage damage) throws IOException {
    long baseOffset = end.segmentBaseOffset();
    if (end.segmentPosition() == 0) {
      return List.of(Segment.fresh(files, baseOffset));
    }
    Segment behind = Segment.fresh(files, end.nextOffset());
    if (!exists) {
      damage.mark(baseOffset, end.nextOffset(), files.missing(baseOffset));
      return List.of(behind);
    }
    Segment asFound = Segment.asFound(files, SegmentName.original(baseOffset), end.nextOffset());
    if (asFound.sizeBytes() >= end.segmentPosition()) {
      return List.of(
          Segment.unsealed(
              files,
              baseOffset,
              new Place(end.nextOffset(), end.segmentPosition()),
              asFound.sizeBytes()));
    }
    damage.mark(
        asFound.view().endOfWhole().offset(),
        end.nextOffset(),
        "%s ends at byte %d where the checkpoint saw %d"
            .formatted(asFound.view().file().path(), asFound.sizeBytes(), end.segmentPosition()));
    return List.of(asFound, behind);
  }

  /// The first offset that may be read.
  long startOffset() {
    return startOffset;
  }

  /// What readers see, ascending. It stays as it is; another list takes its place.
  List<Segment> held() {
    return segments;
  }

  /// The segment that grows.
  Segment last() {
    return segments.getLast();
  }

  /// The segments that a durable checkpoint counts as sealed: their batches never change again.
  List<Segment> sealed() {
    long last = checkpointedSegment;
    return segments.stream().filter(segment -> segment.baseOffset() < last).toList();
  }

  /// Whether a segment in sight or below the start begins there.
  boolean isKnown(long baseOffset) {
    return Stream.concat(segments.stream(), dropped.stream())
        .anyMatch(segment -> segment.baseOffset() == baseOffset);
  }

  /// Looks into the segments; again, when one was dropped or replaced, and unlinked, meanwhile.
  <T> T search(Search<T> search) throws IOException {
    while (true) {
      List<Segment> held = segments;
      try {
        return search.in(held);
      } catch (NoSuchFileException e) {
        if (held.equals(segments)) {
          throw e;
        }
      }
    }
  }

  /// Goes on in a new segment. The segment writer's.
  void add(Segment next) {
    List<Segment> longer = new ArrayList<>(segments);
    longer.add(next);
    segments = List.copyOf(longer);
  }

  /// As [#add], and the last one goes when it is empty.
  void addInsteadOfEmpty(Segment next) {
    List<Segment> longer = new ArrayList<>(segments);
    if (longer.getLast().sizeBytes() == 0) {
      longer.removeLast();
    }
    longer.add(next);
    segments = List.copyOf(longer);
  }

  /// Goes on in the last segment's file behind its end; what lies between is damaged. A recovery's.
  void goOnAt(Place place) throws IOException {
    Segment last = last();
    last.forceBytes();
    List<Segment> held = new ArrayList<>(segments);
    held.removeLast();
    held.add(Segment.unsealed(directory, last.baseOffset(), place, Long.MAX_VALUE));
    segments = List.copyOf(held);
  }

  /// Puts a segment in the place of those it was made of, in one step. The segment writer's.
  ///
  /// @return false when they are not all there any more
  boolean replace(List<Segment> sources, Segment cleaned) {
    List<Segment> held = segments;
    int at = Collections.indexOfSubList(held, sources);
    if (at < 0) {
      return false;
    }
    List<Segment> shown = new ArrayList<>(held.subList(0, at));
    shown.add(cleaned);
    shown.addAll(held.subList(at + sources.size(), held.size()));
    replaced.addAll(sources);
    segments = List.copyOf(shown);
    return true;
  }

  /// Whether there are files of segments that others have replaced.
  boolean hasReplaced() {
    return !replaced.isEmpty();
  }

  /// Removes the files of all segments that were replaced before this life. The checkpointer's.
  void unlinkReplaced() throws IOException {
    unlinkReplaced(List.copyOf(replaced));
  }

  /// Removes the files of these segments, which others have replaced. Slices that were handed out stay good. The
  /// checkpointer's.
  void unlinkReplaced(List<Segment> sources) throws IOException {
    List<Segment> gone = sources.stream().filter(replaced::contains).toList();
    if (gone.isEmpty()) {
      return;
    }
    // What replaces them may have been named by a process that was killed before it forced the
    // name.
    directory.forceNames();
    for (Segment segment : gone) {
      segment.delete();
    }
    directory.forceDeletions(checkpointedSegment);
    replaced.removeAll(gone);
  }

  /// Drops the segments wholly below a new start, but never the one that grows. The segment writer's.
  void raiseStart(long newStart) {
    List<Segment> held = segments;
    int first = firstHolding(held, newStart);
    dropped.addAll(held.subList(0, first));
    startOffset = newStart;
    segments = List.copyOf(held.subList(first, held.size()));
  }

  /// Whether there are files of segments that [#unlinkBelow] this offset would remove.
  boolean hasFilesBelow(long offset) {
    return dropped.stream().anyMatch(segment -> segment.nextOffset() <= offset);
  }

  /// Removes the files of dropped segments that lie wholly below `offset`. A durable checkpoint must name a start that
  /// is no lower. Slices that were handed out stay good. The checkpointer's.
  void unlinkBelow(long offset) throws IOException {
    List<Segment> gone =
        dropped.stream().filter(segment -> segment.nextOffset() <= offset).toList();
    if (gone.isEmpty()) {
      return;
    }
    for (Segment segment : gone) {
      segment.delete();
    }
    directory.forceDeletions(offset);
    dropped.removeAll(gone);
  }

  /// The offset behind the oldest segments that hold nothing but records dated before `timestampMs`; the start when the
  /// first one is not such a segment. A segment without any date is of no age, and so is a damaged one. May read indexes.
  long endOfOlderThan(long timestampMs) throws IOException {
    long end = startOffset;
    for (Segment segment : segments) {
      if (!segment.view().times().areBefore(timestampMs)) {
        break;
      }
      end = segment.nextOffset();
    }
    return end;
  }

  /// The offset behind the oldest segments that can go so that `keptBytes` are left at least; the start when none can.
  long endOfSurplus(long keptBytes) {
    List<Segment> held = segments;
    long end = startOffset;
    long surplus = held.stream().mapToLong(Segment::sizeBytes).sum() - keptBytes;
    for (Segment segment : held) {
      surplus -= segment.sizeBytes();
      if (surplus < 0) {
        break;
      }
      end = segment.nextOffset();
    }
    return end;
  }

  /// Says where the segment begins that a durable checkpoint names as the last. The checkpointer's.
  void checkpointed(long baseOffset) {
    checkpointedSegment = baseOffset;
  }

  /// Makes durable what was appended before the call: bytes, then names. The checkpointer's.
  void force() throws IOException {
    for (Segment segment : segments) {
      segment.force();
    }
    for (Segment segment : dropped) {
      segment.forceBytes();
    }
    directory.force();
  }

  /// Gives the files up, and forces nothing.
  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
    for (Segment segment : dropped) {
      segment.close();
    }
    dropped.clear();
    for (Segment segment : replaced) {
      segment.close();
    }
    replaced.clear();
  }

  /// The index of the first segment that does not end before or at `start`, or of the one that grows.
  private static int firstHolding(List<Segment> segments, long start) {
    int first = 0;
    while (first < segments.size() - 1 && segments.get(first).nextOffset() <= start) {
      first++;
    }
    return first;
  }

  /// The last segment that begins at `offset` or before it.
  static int indexOf(List<Segment> segments, long offset) {
    int low = 0;
    int high = segments.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments.get(middle).baseOffset() <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  /// Looks for something.
  @FunctionalInterface
  interface Search<T> {
    T in(List<Segment> segments) throws IOException;
  }
}
