package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
public final class PartitionLog implements AutoCloseable {
  private final PartitionId id;
  private final LogDirectory directory;
  private final long startOffset;

  private volatile List<Segment> segments;

  /// The base offset of the segment that a durable checkpoint names as the last.
  private volatile long checkpointedSegment;

  private PartitionLog(
      PartitionId id, LogDirectory directory, LogEnd checkpointed, List<Segment> segments) {
    this.id = id;
    this.directory = directory;
    this.startOffset = checkpointed.startOffset();
    this.checkpointedSegment = checkpointed.segmentBaseOffset();
    this.segments = List.copyOf(segments);
  }

  /// A log that has no records yet, and no file before its first.
  public static PartitionLog create(Disk disk, Path directory, PartitionId id) {
    LogDirectory files = new LogDirectory(disk, directory, id);
    return new PartitionLog(id, files, LogEnd.EMPTY, List.of(Segment.fresh(files, 0)));
  }

  /// The log as a checkpoint saw it. Opens no index and reads no batch.
  ///
  /// @param quarantine a folder for what is found in the directory and is no file of a log
  /// @throws CorruptLogException when files that the checkpoint relied on are missing or too short
  public static PartitionLog open(
      Disk disk, Path directory, PartitionId id, LogEnd end, Path quarantine) throws IOException {
    LogDirectory files = new LogDirectory(disk, directory, id);
    List<Segment> segments = openSegments(files, files.segments(quarantine), end);
    return new PartitionLog(id, files, end, segments);
  }

  private static List<Segment> openSegments(LogDirectory files, List<Long> baseOffsets, LogEnd end)
      throws IOException {
    long last = end.segmentBaseOffset();
    List<Long> before = baseOffsets.stream().filter(baseOffset -> baseOffset < last).toList();
    List<Segment> segments = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      long next = i + 1 < before.size() ? before.get(i + 1) : last;
      segments.add(Segment.sealed(files, before.get(i), next));
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

  /// When the segment that grows was begun, by its first batch; -1 when it is empty. Reads that one header.
  public long lastSegmentBeganMs() throws IOException {
    return segments.getLast().view().firstTimestampMs();
  }

  /// The segments that a durable checkpoint counts as sealed, ascending: their batches never change again, and
  /// only a scan adds to their footers.
  public List<SealedSegment> sealedSegments() {
    long last = checkpointedSegment;
    return segments.stream()
        .filter(segment -> segment.baseOffset() < last)
        .map(segment -> segment.asSealed(id))
        .toList();
  }

  /// Says that a checkpoint which names this end is durable. Called by the checkpointer's thread.
  public void checkpointed(LogEnd end) {
    checkpointedSegment = end.segmentBaseOffset();
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

  /// Saves aside and cuts off what the files hold behind the end. The last step of a recovery, after the journal's
  /// batches were appended; does nothing after a clean stop.
  public void cutBehindEnd() throws IOException {
    segments.getLast().cutBehindEnd();
    for (long baseOffset : directory.segments()) {
      if (segments.stream().noneMatch(segment -> segment.baseOffset() == baseOffset)) {
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
    return Optional.of(held.get(indexOf(held, offset)).view().slice(offset, maxBytes));
  }

  /// The first record, in order of offsets, that is dated `timestampMs` or later. A compressed batch is opened only
  /// when its header says that it holds one; a batch that cannot be opened answers for its first record.
  public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) throws IOException {
    for (Segment segment : segments) {
      Optional<TimestampedOffset> found = segment.view().firstSince(timestampMs, startOffset);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /// The youngest record; of several the first. Empty when no record has a time.
  public Optional<TimestampedOffset> maxTimestamp() throws IOException {
    long youngestMs = Youngest.NONE.timestampMs();
    for (Segment segment : segments) {
      youngestMs = Math.max(youngestMs, segment.view().youngestTimestampMs());
    }
    return youngestMs == Youngest.NONE.timestampMs()
        ? Optional.empty()
        : offsetForTimestamp(youngestMs);
  }

  /// Hands over every batch from the one that holds `fromOffset` on, its checksum verified.
  public void forEachBatch(long fromOffset, BatchVisitor visitor) throws IOException {
    long offset = Math.max(fromOffset, startOffset);
    List<Segment> held = segments;
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
    directory.force();
  }

  /// Gives the files up. Forces nothing; slices that were handed out stay good.
  @Override
  public void close() throws IOException {
    for (Segment segment : segments) {
      segment.close();
    }
  }

  /// Removes every file of a log that no checkpoint names any more, and of which nothing is forced any more. Slices that
  /// were handed out stay good.
  public void delete() throws IOException {
    close();
    directory.delete();
  }

  private void requireNext(long baseOffset) {
    if (baseOffset != nextOffset()) {
      throw new IllegalStateException(
          "%s goes on at offset %d, not at %d".formatted(id, nextOffset(), baseOffset));
    }
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
}
