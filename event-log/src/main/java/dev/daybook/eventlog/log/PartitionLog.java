package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// The log of one partition: record batches without a gap, in segments, each a file. The bytes are Kafka's own, so they
/// are sent as they lie.
///
/// The segment writer's thread owns every change, the checkpointer's thread [forces][#force()], any thread reads beside
/// them: a change is published as the last step, in one write, and what readers hold stays open until they close it.
///
/// When the machine stops halfway, what was not forced may be lost, torn or whole. That is no loss: the journal keeps
/// it until a checkpoint names a [LogEnd] behind it. So a log is opened at the last checkpoint's end, whatever else its
/// files hold; the journal's batches are appended again over it; then [#cutBehindEnd()] saves aside what the
/// journal did not know.
///
/// Segments below a start that was [raised][#raiseStart] are out of sight at once. Their files stay, and are forced like
/// the others, until a checkpoint names the new start: until then one under way may still need them. Stopped before they
/// are [unlinked][#unlinkBelow], the next life finds them below its start and does that.
public final class PartitionLog implements AutoCloseable {
  private final PartitionId id;
  private final LogDirectory directory;

  /// Below the start; their files are still there.
  private final List<Segment> dropped = new CopyOnWriteArrayList<>();

  /// Raised before segments are dropped, read after them, so that nobody looks for an offset in segments that no
  /// longer have it.
  private volatile long startOffset;

  private volatile List<Segment> segments;

  private PartitionLog(
      PartitionId id, LogDirectory directory, long startOffset, List<Segment> segments) {
    this.id = id;
    this.directory = directory;
    this.startOffset = startOffset;
    this.segments = List.copyOf(segments);
  }

  /// A log that has no records yet, and no file before its first.
  public static PartitionLog create(Disk disk, Path directory, PartitionId id) {
    LogDirectory files = new LogDirectory(disk, directory, id);
    return new PartitionLog(id, files, 0, List.of(Segment.fresh(files, 0)));
  }

  /// The log as a checkpoint saw it. Opens no index and reads no batch.
  ///
  /// @param quarantine a folder for what is found in the directory and is no file of a log
  /// @throws CorruptLogException when files that the checkpoint relied on are missing or too short
  public static PartitionLog open(
      Disk disk, Path directory, PartitionId id, LogEnd end, Path quarantine) throws IOException {
    LogDirectory files = new LogDirectory(disk, directory, id);
    List<Segment> found = openSegments(files, files.segments(quarantine), end);
    int first = firstHolding(found, end.startOffset());
    PartitionLog log =
        new PartitionLog(id, files, end.startOffset(), found.subList(first, found.size()));
    log.dropped.addAll(found.subList(0, first));
    return log;
  }

  private static List<Segment> openSegments(LogDirectory files, List<Long> baseOffsets, LogEnd end)
      throws IOException {
    long last = end.segmentBaseOffset();
    List<Long> before = baseOffsets.stream().filter(baseOffset -> baseOffset < last).toList();
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      long next = i + 1 < before.size() ? before.get(i + 1) : last;
      segments.add(
          next <= end.startOffset()
              ? Segment.leftover(files, before.get(i), next)
              : Segment.sealed(files, before.get(i), next));
    }
    boolean filled = end.segmentPosition() > 0;
    if (filled && !baseOffsets.contains(last)) {
      throw files.missing(last);
    }
    Place place = new Place(end.nextOffset(), end.segmentPosition());
    segments.add(filled ? Segment.unsealed(files, last, place) : Segment.fresh(files, last));
    if (segments.getFirst().baseOffset() > end.startOffset()) {
      throw files.missing(end.startOffset());
    }
    return segments;
  }

  public PartitionId id() {
    return id;
  }

  /// The first offset that may be read.
  public long startOffset() {
    return startOffset;
  }

  /// The offset of the next record to be appended.
  public long nextOffset() {
    return segments.getLast().nextOffset();
  }

  public long sizeBytes() {
    return segments.stream().mapToLong(Segment::sizeBytes).sum();
  }

  public int segmentCount() {
    return segments.size();
  }

  /// What a checkpoint may name, once [#force()] was called after this.
  public LogEnd end() {
    Segment last = segments.getLast();
    Place end = last.view().end();
    return new LogEnd(startOffset, end.offset(), last.baseOffset(), end.position());
  }

  /// Adds batches at the end, in one write. The buffers stay as they are.
  ///
  /// @throws IllegalStateException when they do not follow the last one without a gap
  public void append(long baseOffset, List<ByteBuffer> runOfBatches, SegmentPolicy policy)
      throws IOException {
    requireNext(baseOffset);
    segments.getLast().append(runOfBatches, policy);
  }

  /// Goes on in a new segment from `baseOffset` on. Does nothing when that is where the last segment begins.
  public void roll(long baseOffset) throws IOException {
    Segment last = segments.getLast();
    if (last.baseOffset() == baseOffset) {
      return;
    }
    requireNext(baseOffset);
    last.seal();
    List<Segment> longer = new ArrayList<>(segments);
    longer.add(Segment.fresh(directory, baseOffset));
    segments = List.copyOf(longer);
  }

  /// Keeps nothing below `newStart` any more: segments wholly below it are dropped, but never the one that grows. Does
  /// nothing when the start is there already. The segment writer's.
  public void raiseStart(long newStart) {
    if (newStart <= startOffset) {
      return;
    }
    if (newStart > nextOffset()) {
      throw new IllegalStateException(
          "%s ends at offset %d and cannot start at %d".formatted(id, nextOffset(), newStart));
    }
    List<Segment> held = segments;
    int first = firstHolding(held, newStart);
    dropped.addAll(held.subList(0, first));
    startOffset = newStart;
    segments = List.copyOf(held.subList(first, held.size()));
  }

  /// Whether there are files of segments that [#unlinkBelow] this offset would remove.
  public boolean hasFilesBelow(long offset) {
    return dropped.stream().anyMatch(segment -> segment.nextOffset() <= offset);
  }

  /// Removes the files of dropped segments that lie wholly below `offset`. A durable checkpoint must name a start that
  /// is no lower. Slices that were handed out stay good. The checkpointer's.
  public void unlinkBelow(long offset) throws IOException {
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
  public long endOfOlderThan(long timestampMs) throws IOException {
    long end = startOffset;
    for (Segment segment : segments) {
      if (!segment.view().isOlderThan(timestampMs)) {
        break;
      }
      end = segment.nextOffset();
    }
    return end;
  }

  /// The offset behind the oldest segments that can go so that `keptBytes` are left at least; the start when none can.
  public long endOfSurplus(long keptBytes) {
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

  /// The time of the youngest record in the first batch of the segment that grows, as its header has it; empty when
  /// there is no batch yet.
  public OptionalLong growingSince() throws IOException {
    return segments.getLast().view().firstTimestampMs();
  }

  /// Saves aside and cuts off what the files hold behind the end. The last step of a recovery, after the journal's
  /// batches were appended; does nothing after a clean stop.
  public void cutBehindEnd() throws IOException {
    segments.getLast().cutBehindEnd();
    for (long baseOffset : directory.segments()) {
      if (!isKnown(baseOffset)) {
        Segment.fresh(directory, baseOffset).cutBehindEnd();
      }
    }
  }

  /// Whole batches, the first of which holds `offset`: as many as fit into `maxBytes`, but at least one, and none of the
  /// next segment. Empty when no such offset is held. The slice keeps the file open and must be closed.
  ///
  /// @throws CorruptLogException when the segment does not hold what it must
  public Optional<FileSlice> read(long offset, int maxBytes) throws IOException {
    List<Segment> held = segments;
    if (offset < startOffset || offset >= held.getLast().nextOffset()) {
      return Optional.empty();
    }
    try {
      return Optional.of(held.get(indexOf(held, offset)).view().slice(offset, maxBytes));
    } catch (NoSuchFileException e) {
      if (offset < startOffset) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The first record, in order of offsets, that is dated `timestampMs` or later. A compressed batch is opened only
  /// when its header says that it holds one; a batch that cannot be opened answers for its first record.
  public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) throws IOException {
    return unlessDropped(held -> offsetForTimestamp(held, timestampMs));
  }

  /// The youngest record; of several the first. Empty when no record has a time.
  public Optional<TimestampedOffset> maxTimestamp() throws IOException {
    return unlessDropped(
        held -> {
          long youngestMs = Youngest.NONE.timestampMs();
          for (Segment segment : held) {
            youngestMs = Math.max(youngestMs, segment.view().youngestTimestampMs());
          }
          return youngestMs == Youngest.NONE.timestampMs()
              ? Optional.empty()
              : offsetForTimestamp(held, youngestMs);
        });
  }

  private Optional<TimestampedOffset> offsetForTimestamp(List<Segment> held, long timestampMs)
      throws IOException {
    for (Segment segment : held) {
      Optional<TimestampedOffset> found = segment.view().firstSince(timestampMs, startOffset);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// Looks into the segments; again, when one was dropped and unlinked meanwhile.
  private Optional<TimestampedOffset> unlessDropped(SegmentSearch search) throws IOException {
    while (true) {
      List<Segment> held = segments;
      try {
        return search.in(held);
      } catch (NoSuchFileException e) {
        if (held.getFirst() == segments.getFirst()) {
          throw e;
        }
      }
    }
  }

  /// Hands over every batch from the one that holds `fromOffset` on, its checksum verified.
  public void forEachBatch(long fromOffset, BatchVisitor visitor) throws IOException {
    List<Segment> held = segments;
    long offset = Math.max(fromOffset, startOffset);
    for (Segment segment : held.subList(indexOf(held, offset), held.size())) {
      SegmentView view = segment.view();
      if (offset < view.end().offset()) {
        view.forEachBatch(offset, visitor);
        offset = view.end().offset();
      }
    }
  }

  /// Makes durable what was appended before the call: bytes, then names. Called by the checkpointer's thread.
  public void force() throws IOException {
    for (Segment segment : segments) {
      segment.force();
    }
    for (Segment segment : dropped) {
      segment.forceBytes();
    }
    directory.force();
  }

  /// Gives the files up. Forces nothing; slices that were handed out stay good.
  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
    for (Segment segment : dropped) {
      segment.close();
    }
    dropped.clear();
  }

  /// Removes every file of a log that no checkpoint names any more, and of which nothing is forced any more. Slices that
  /// were handed out stay good.
  public void delete() throws IOException {
    close();
    directory.delete();
  }

  private boolean isKnown(long baseOffset) {
    return Stream.concat(segments.stream(), dropped.stream())
        .anyMatch(segment -> segment.baseOffset() == baseOffset);
  }

  private void requireNext(long baseOffset) {
    if (baseOffset != nextOffset()) {
      throw new IllegalStateException(
          "%s goes on at offset %d, not at %d".formatted(id, nextOffset(), baseOffset));
    }
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
  private static int indexOf(List<Segment> segments, long offset) {
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

  /// Looks for a record.
  @FunctionalInterface
  private interface SegmentSearch {
    Optional<TimestampedOffset> in(List<Segment> segments) throws IOException;
  }
}
