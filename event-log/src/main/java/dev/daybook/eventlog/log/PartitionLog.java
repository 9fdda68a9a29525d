package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongToIntFunction;
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
/// Where bytes that were durable are not there any more, the log has *damage*: it says so for the offsets concerned, serves
/// those before and behind, and its partition takes no records until somebody decides ([#damage()]).
///
/// Sealed segments may be [replaced][#compact] by others that hold fewer of their records; offsets and the end stay.
///
/// Segments below a start that was [raised][#raiseStart] are out of sight at once. Their files stay, and are forced like
/// the others, until a checkpoint names the new start: until then one under way may still need them. Stopped before they
/// are [unlinked][#unlinkBelow], the next life finds them below its start and does that.
public final class PartitionLog implements AutoCloseable {
  private final PartitionId id;
  private final LogDirectory directory;
  private final KnownDamage damage;

  /// Below the start; their files are still there.
  private final List<Segment> dropped = new CopyOnWriteArrayList<>();

  /// Replaced by others; their files are still there.
  private final List<Segment> replaced = new CopyOnWriteArrayList<>();

  /// As the segment writer appends; its own.
  private OpenTransactions open = new OpenTransactions(Map.of());

  /// Raised before segments are dropped, read after them, so that nobody looks for an offset in segments that no
  /// longer have it.
  private volatile long startOffset;

  private volatile List<Segment> segments;

  /// The base offset of the segment that a durable checkpoint names as the last.
  private volatile long checkpointedSegment;

  private PartitionLog(
      PartitionId id,
      LogDirectory directory,
      LogEnd checkpointed,
      List<Segment> segments,
      KnownDamage damage) {
    this.id = id;
    this.directory = directory;
    this.startOffset = checkpointed.startOffset();
    this.checkpointedSegment = checkpointed.segmentBaseOffset();
    this.segments = List.copyOf(segments);
    this.damage = damage;
  }

  /// A log that has no records yet, and no file before its first.
  public static PartitionLog create(Disk disk, Path directory, PartitionId id) {
    LogDirectory files = new LogDirectory(disk, directory, id);
    KnownDamage damage = KnownDamage.of(disk, directory, files, id, 0);
    return new PartitionLog(id, files, LogEnd.EMPTY, List.of(Segment.fresh(files, 0)), damage);
  }

  /// The log as a checkpoint saw it. Opens no index and reads no batch. What the checkpoint relied on and is missing or
  /// too short is damage; the log goes on behind it.
  ///
  /// @param quarantine a folder for what is found in the directory and is no file of a log
  public static PartitionLog open(
      Disk disk, Path directory, PartitionId id, LogEnd end, Path quarantine) throws IOException {
    LogDirectory files = new LogDirectory(disk, directory, id);
    List<SegmentName> names = files.segments(quarantine);
    List<SegmentName> used = SegmentName.inUse(names);
    KnownDamage damage = KnownDamage.of(disk, directory, files, id, end.nextOffset());
    List<Segment> found = openSegments(files, used, end, damage);
    int first = firstHolding(found, end.startOffset());
    PartitionLog log = new PartitionLog(id, files, end, found.subList(first, found.size()), damage);
    log.dropped.addAll(found.subList(0, first));
    names.stream()
        .filter(name -> !used.contains(name))
        .forEach(name -> log.replaced.add(Segment.leftover(files, name, name.baseOffset())));
    return log;
  }

  /// Where the log in a directory ends, by its files alone: for a repair that has no checkpoint. What lies in it is not
  /// verified but for the last segment. Empty when there is none.
  public static Optional<LogEnd> endAsFound(Disk disk, Path directory, PartitionId id)
      throws IOException {
    LogDirectory files = new LogDirectory(disk, directory, id);
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

  /// What is written down of damage in a partition's directory.
  public static Damage damageIn(Disk disk, Path directory, PartitionId id) {
    LogDirectory files = new LogDirectory(disk, directory, id);
    return KnownDamage.of(disk, directory, files, id, 0).known();
  }

  private static List<Segment> openSegments(
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

  /// Says which leader epoch the record at an offset has: what neither a batch's checksum nor its place in the log tells.
  /// The batches that are there by now are compared with it. Called once, before anybody reads.
  public void expectEpochs(LongToIntFunction epochAt) {
    directory.expectEpochs(epochAt, nextOffset());
  }

  /// The segments that a durable checkpoint counts as sealed, ascending: their batches never change again, and
  /// only a scan adds to their footers.
  public List<SealedSegment> sealedSegments() {
    return sealed().stream().map(segment -> segment.asSealed(id)).toList();
  }

  /// How much of the sealed segments is to be compacted. May read indexes.
  ///
  /// @param cleanedUpTo what earlier compactions came to
  public Dirt dirt(long cleanedUpTo, CompactionPolicy policy, long nowMs) throws IOException {
    List<Segment> sealed = sealed();
    long from = Math.max(cleanedUpTo, startOffset);
    long end = endOfCleanable(sealed, from, policy, nowMs);
    long cleanBytes = 0;
    long dirtyBytes = 0;
    boolean overdue = false;
    for (Segment segment : sealed) {
      if (segment.nextOffset() <= from) {
        cleanBytes += segment.sizeBytes();
      } else if (segment.nextOffset() <= end) {
        overdue |= dirtyBytes == 0 && isOverdue(segment, policy, nowMs);
        dirtyBytes += segment.sizeBytes();
      }
    }
    return new Dirt(cleanBytes, dirtyBytes, overdue);
  }

  /// Begins to compact what is sealed. The log must have no damage at or above its start: where records are missing, nobody
  /// knows which is the last of its key.
  ///
  /// @param cleanedUpTo what earlier compactions came to; 0 when nobody knows
  /// @param workFile where new segments are written, for nobody else's use
  /// @param keyBytes the memory for keys
  public Compaction compact(
      long cleanedUpTo,
      CompactionPolicy policy,
      ProducerEnds producers,
      Path workFile,
      long keyBytes,
      long nowMs)
      throws IOException {
    return new Compaction(
        this, directory, sealed(), cleanedUpTo, policy, producers, workFile, keyBytes, nowMs);
  }

  /// Whether any offset that is kept is damaged, also where somebody accepted that.
  public boolean isDamagedAboveStart() {
    Damage known = damage.known();
    return known.isOpen()
        || known.accepted().stream().anyMatch(range -> range.toOffset() > startOffset);
  }

  private List<Segment> sealed() {
    long last = checkpointedSegment;
    return segments.stream().filter(segment -> segment.baseOffset() < last).toList();
  }

  /// Where the first segment begins at or behind `from` that holds a record too young to be compacted.
  long endOfCleanable(List<Segment> sealed, long from, CompactionPolicy policy, long nowMs)
      throws IOException {
    long end = from;
    for (Segment segment : sealed) {
      if (segment.nextOffset() > from) {
        if (policy.minLagMs() > 0
            && segment.view().youngestTimestampMs() > nowMs - policy.minLagMs()) {
          break;
        }
        end = segment.nextOffset();
      }
    }
    return end;
  }

  private static boolean isOverdue(Segment segment, CompactionPolicy policy, long nowMs)
      throws IOException {
    OptionalLong since = segment.view().firstTimestampMs();
    return since.isPresent()
        && since.getAsLong() >= 0
        && nowMs - since.getAsLong() > policy.maxLagMs();
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
  public boolean hasReplaced() {
    return !replaced.isEmpty();
  }

  /// Removes the files of all segments that were replaced before this life. The checkpointer's.
  public void unlinkReplaced() throws IOException {
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
    follow(runOfBatches);
    segments.getLast().append(runOfBatches, policy);
  }

  private void follow(List<ByteBuffer> runOfBatches) {
    for (ByteBuffer bytes : runOfBatches) {
      for (RecordBatch batch : RecordBatches.in(bytes)) {
        open.follow(batch).ifPresent(segments.getLast().transactions()::add);
      }
    }
  }

  /// Says which transactions are open at the end, by their producers' ids. Called once, before anything is appended.
  public void continueTransactions(Map<Long, Long> firstOffsets) {
    open = new OpenTransactions(firstOffsets);
  }

  /// The aborted transactions with records from `fromOffset` to `toOffset` whose markers the segments hold, in the order of
  /// these. May walk through a segment whose index is not there.
  public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset)
      throws IOException {
    return unlessDropped(
        held -> {
          long from = Math.max(fromOffset, held.getFirst().baseOffset());
          return new AbortedSearch(held).find(indexOf(held, from), fromOffset, toOffset);
        });
  }

  /// An offset behind the batches that a slice holds which was read from `offset` on, near by; the largest number when
  /// its segment was replaced or dropped meanwhile.
  public long offsetBehind(long offset, FileSlice slice) throws IOException {
    List<Segment> held = segments;
    long from = Math.max(offset, held.getFirst().baseOffset());
    for (Segment segment : held.subList(indexOf(held, from), held.size())) {
      if (segment.view().file().path().equals(slice.file().path())) {
        return segment.view().offsetBehind(slice.position() + slice.length());
      }
    }
    return Long.MAX_VALUE;
  }

  /// Goes on in a new segment from `baseOffset` on. Does nothing when that is where the last segment begins.
  public void roll(long baseOffset) throws IOException {
    Segment last = segments.getLast();
    if (last.baseOffset() == baseOffset) {
      return;
    }
    requireNext(baseOffset);
    last.transactions().seal(open.firstOffsets());
    last.seal();
    List<Segment> longer = new ArrayList<>(segments);
    longer.add(Segment.fresh(directory, baseOffset));
    segments = List.copyOf(longer);
  }

  /// Whole batches that the files hold right behind the end and that carry it on, none beyond `limitOffset`; to be appended
  /// where the journal has lost them. A run of them: ask again. Only in a recovery.
  public List<ByteBuffer> behindEnd(long limitOffset) throws IOException {
    List<ByteBuffer> run = segments.getLast().behindEnd(limitOffset);
    boolean mayHaveRolled =
        run.isEmpty() && segments.getLast().sizeBytes() > 0 && nextOffset() < limitOffset;
    return mayHaveRolled ? Segment.fresh(directory, nextOffset()).behindEnd(limitOffset) : run;
  }

  /// Whether batches from [#behindEnd] begin a segment of their own.
  public boolean rollsBehindEnd() throws IOException {
    return segments.getLast().sizeBytes() > 0
        && segments.getLast().behindEnd(Long.MAX_VALUE).isEmpty();
  }

  /// Goes on at an offset behind the end, in a new segment, because what lies between is lost. Only in a recovery.
  public void skipTo(long baseOffset, String reason) throws IOException {
    damage.mark(nextOffset(), baseOffset, reason);
    Segment last = segments.getLast();
    last.transactions().seal(open.firstOffsets());
    last.seal();
    List<Segment> longer = new ArrayList<>(segments);
    if (last.sizeBytes() == 0) {
      longer.removeLast();
    }
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
    for (SegmentName name : directory.segments()) {
      if (!isKnown(name.baseOffset())) {
        Segment.fresh(directory, name.baseOffset()).cutBehindEnd();
      }
    }
  }

  /// Whole batches, the first of which holds `offset`: as many as fit into `maxBytes`, but at least one, and none of the
  /// next segment. Empty when no such offset is held. The slice keeps the file open and must be closed.
  ///
  /// @throws CorruptLogException when the segment does not hold what it must
  public Optional<FileSlice> read(long offset, int maxBytes) throws IOException {
    return read(offset, maxBytes, Long.MAX_VALUE);
  }

  /// As [#read(long, int)], and no batch that reaches behind `limitOffset`, unless it is the first.
  public Optional<FileSlice> read(long offset, int maxBytes, long limitOffset) throws IOException {
    while (true) {
      List<Segment> held = segments;
      try {
        return read(held, offset, maxBytes, limitOffset);
      } catch (NoSuchFileException e) {
        if (offset < startOffset) {
          return Optional.empty();
        }
        if (held.equals(segments)) {
          throw e;
        }
        // Compaction has put another segment in its place.
      }
    }
  }

  private Optional<FileSlice> read(List<Segment> held, long offset, int maxBytes, long limitOffset)
      throws IOException {
    long from = readableFrom(offset);
    if (offset < startOffset || from >= held.getLast().nextOffset()) {
      return Optional.empty();
    }
    int at = indexOf(held, from);
    boolean isLast = at + 1 == held.size() || held.get(at + 1).sizeBytes() == 0;
    SegmentView view = held.get(at).view();
    Optional<FileSlice> slice;
    try {
      long limit = Math.min(limitOffset, damage.known().nextBehind(from));
      slice = view.slice(from, maxBytes, limit, isLast);
    } catch (CorruptLogException e) {
      markHole(view, from, e);
      throw e;
    }
    return slice.isPresent()
        ? slice
        : read(held, held.get(at + 1).baseOffset(), maxBytes, limitOffset);
  }

  /// The offset of what a reader gets who asks for `offset`: that one, or the one behind a loss that was accepted.
  ///
  /// @throws CorruptLogException when it is damaged
  public long readableFrom(long offset) throws CorruptLogException {
    Damage known = damage.known();
    if (known.equals(Damage.NONE)) {
      return offset;
    }
    long from = known.behindAccepted(offset);
    Optional<DamagedRange> hole = from == nextOffset() ? Optional.empty() : known.at(from);
    if (hole.isPresent()) {
      throw new CorruptLogException(id, hole.get());
    }
    return from;
  }

  /// What is known to be damaged. While some of it is open, nothing may be appended. Any thread, at no cost.
  public Damage damage() {
    return damage.known();
  }

  /// Notes that these offsets are damaged: from now on they are refused to readers, and the partition takes no records.
  /// Durable when this returns. Any thread; to say what is known already does nothing.
  public void markDamaged(DamagedRange range) throws IOException {
    damage.mark(range);
  }

  /// Takes all open damage for lost, durably. Only in a repair, while nobody appends.
  public void acceptDamage() throws IOException {
    damage.accept(nextOffset());
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

  /// Looks into the segments; again, when one was dropped or replaced, and unlinked, meanwhile.
  private <T> T unlessDropped(SegmentSearch<T> search) throws IOException {
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

  /// Hands over every batch from the one that holds `fromOffset` on, its checksum verified.
  ///
  /// @throws CorruptLogException at the first damage that was not accepted
  public void forEachBatch(long fromOffset, BatchVisitor visitor) throws IOException {
    walk(
        fromOffset,
        visitor,
        (view, from, to) -> {
          throw new CorruptLogException(id, rangeOf(view, from, to));
        });
  }

  /// Hands over every whole batch from the one that holds `fromOffset` on, and notes what lies between them as damaged.
  public void forEachWholeBatch(long fromOffset, BatchVisitor visitor) throws IOException {
    walk(fromOffset, visitor, (view, from, to) -> damage.mark(rangeOf(view, from, to)));
  }

  private void walk(long fromOffset, BatchVisitor visitor, HoleVisitor holes) throws IOException {
    List<Segment> held = segments;
    long offset = Math.max(fromOffset, startOffset);
    offset = report(held.getFirst().view(), offset, held.getFirst().baseOffset(), holes);
    for (Segment segment : held.subList(indexOf(held, offset), held.size())) {
      SegmentView view = segment.view();
      offset = report(view, offset, segment.baseOffset(), holes);
      if (offset < view.end().offset()) {
        view.forEachBatch(offset, visitor, (from, to) -> report(view, from, to, holes));
        offset = view.end().offset();
      }
    }
  }

  /// Reports what of these offsets was not accepted as lost.
  ///
  /// @return where to go on
  private long report(SegmentView view, long from, long to, HoleVisitor holes) throws IOException {
    long hole = damage.known().behindAccepted(from);
    if (hole < to) {
      holes.hole(view, hole, to);
    }
    return Math.max(from, to);
  }

  private static DamagedRange rangeOf(SegmentView view, long from, long to) {
    return new DamagedRange(
        from, to, view.file().path() + " does not hold them whole", Clock.system().wallMs());
  }

  /// Notes what is damaged around an offset, as a reader of it has found.
  void markHole(SegmentView view, long offset, CorruptLogException found) throws IOException {
    Optional<SegmentView.Hole> hole = view.holeAt(offset);
    if (hole.isPresent()) {
      damage.mark(
          hole.get().fromOffset(), hole.get().toOffset(), String.valueOf(found.getMessage()));
    }
  }

  /// Takes offsets that a segment does not hold.
  @FunctionalInterface
  private interface HoleVisitor {
    void hole(SegmentView view, long fromOffset, long toOffset) throws IOException;
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
    for (Segment segment : replaced) {
      segment.close();
    }
    replaced.clear();
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

  /// Looks for something.
  @FunctionalInterface
  private interface SegmentSearch<T> {
    T in(List<Segment> segments) throws IOException;
  }
}
