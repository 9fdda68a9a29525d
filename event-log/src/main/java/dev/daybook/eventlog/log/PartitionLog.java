package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongToIntFunction;

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
/// [SegmentList] knows which segments there are. Sealed ones may be [replaced][#compact] by others that hold fewer of
/// their records; offsets and the end stay.
///
/// Segments below a start that was [raised][#raiseStart] are out of sight at once. Their files stay, and are forced like
/// the others, until a checkpoint names the new start: until then one under way may still need them. Stopped before they
/// are [unlinked][#unlinkBelow], the next life finds them below its start and does that.
public final class PartitionLog implements AutoCloseable {
  private final PartitionId id;
  private final LogDirectory directory;
  private final SegmentList segments;
  private final KnownDamage damage;

  /// As the segment writer appends; its own.
  private OpenTransactions open = new OpenTransactions(Map.of());

  private PartitionLog(
      PartitionId id, LogDirectory directory, SegmentList segments, KnownDamage damage) {
    this.id = id;
    this.directory = directory;
    this.segments = segments;
    this.damage = damage;
  }

  /// A log that has no records yet, and no file before its first.
  public static PartitionLog create(Disk disk, Path directory, PartitionId id) {
    LogDirectory files = new LogDirectory(disk, directory, id);
    KnownDamage damage = KnownDamage.of(disk, directory, files, id, 0);
    return new PartitionLog(id, files, SegmentList.fresh(files), damage);
  }

  /// The log as a checkpoint saw it. Opens no index and reads no batch. What the checkpoint relied on and is missing or
  /// too short is damage; the log goes on behind it.
  ///
  /// @param quarantine a folder for what is found in the directory and is no file of a log
  public static PartitionLog open(
      Disk disk, Path directory, PartitionId id, LogEnd end, Path quarantine) throws IOException {
    LogDirectory files = new LogDirectory(disk, directory, id);
    List<SegmentName> names = files.segments(quarantine);
    KnownDamage damage = KnownDamage.of(disk, directory, files, id, end.nextOffset());
    return new PartitionLog(id, files, SegmentList.open(files, names, end, damage), damage);
  }

  public PartitionId id() {
    return id;
  }

  /// The first offset that may be read.
  public long startOffset() {
    return segments.startOffset();
  }

  /// The offset of the next record to be appended.
  public long nextOffset() {
    return segments.last().nextOffset();
  }

  public long sizeBytes() {
    return segments.held().stream().mapToLong(Segment::sizeBytes).sum();
  }

  public int segmentCount() {
    return segments.held().size();
  }

  /// What a checkpoint may name, once [#force()] was called after this.
  public LogEnd end() {
    Segment last = segments.last();
    Place end = last.view().end();
    return new LogEnd(startOffset(), end.offset(), last.baseOffset(), end.position());
  }

  /// Says which leader epoch the record at an offset has: what neither a batch's checksum nor its place in the log tells.
  /// The batches that are there by now are compared with it. Called once, before anybody reads.
  public void expectEpochs(LongToIntFunction epochAt) {
    directory.expectEpochs(epochAt, nextOffset());
  }

  /// Says which transactions are open at the end, by their producers' ids. Called once, before anything is appended.
  public void continueTransactions(Map<Long, Long> firstOffsets) {
    open = new OpenTransactions(firstOffsets);
  }

  /// Adds batches at the end, in one write. The buffers stay as they are. Where that found no room, it may be asked for
  /// again: nothing is published, and all of it goes to the same place.
  ///
  /// @throws IllegalStateException when they do not follow the last one without a gap
  public void append(
      long baseOffset, List<ByteBuffer> runOfBatches, SegmentPolicy policy, RunWay way)
      throws IOException {
    requireNext(baseOffset);
    OpenTransactions behind = follow(runOfBatches);
    segments.last().append(runOfBatches, policy, way);
    open = behind;
  }

  /// What is open behind these batches. A transaction that they abort is noted for readers before these can see it; noted
  /// again it is the same one.
  private OpenTransactions follow(List<ByteBuffer> runOfBatches) {
    OpenTransactions behind = open.copy();
    for (ByteBuffer bytes : runOfBatches) {
      for (RecordBatch batch : RecordBatches.in(bytes)) {
        behind.follow(batch).ifPresent(segments.last().transactions()::add);
      }
    }
    return behind;
  }

  /// Goes on in a new segment from `baseOffset` on. Does nothing when that is where the last segment begins. Where it found
  /// no room, it may be asked for again.
  public void roll(long baseOffset) throws IOException {
    if (segments.last().baseOffset() == baseOffset) {
      return;
    }
    requireNext(baseOffset);
    sealLast();
    segments.add(Segment.fresh(directory, baseOffset));
  }

  private void sealLast() throws IOException {
    Segment last = segments.last();
    last.transactions().seal(open.firstOffsets());
    last.seal();
  }

  /// What the files hold behind the end. Only in a recovery.
  public BehindEnd behindEnd() {
    return new BehindEnd(directory, segments);
  }

  /// Goes on at an offset behind the end, in a new segment, because what lies between is lost. Only in a recovery.
  public void skipTo(long baseOffset, String reason) throws IOException {
    damage.mark(nextOffset(), baseOffset, reason);
    sealLast();
    segments.addInsteadOfEmpty(Segment.fresh(directory, baseOffset));
  }

  /// Goes on behind bytes that do not carry the end on: what lies between is a hole. Only in a recovery.
  ///
  /// @param offset where batches [go on][BehindEnd#goesOn]
  public void passDamage(long offset, String reason) throws IOException {
    Optional<Place> next = segments.last().nextBehindEnd();
    if (next.isPresent() && next.get().offset() == offset) {
      damage.mark(nextOffset(), offset, reason);
      segments.goOnAt(next.get());
    } else {
      skipTo(offset, reason);
    }
  }

  /// Keeps nothing below `newStart` any more: segments wholly below it are dropped, but never the one that grows. Does
  /// nothing when the start is there already. The segment writer's.
  public void raiseStart(long newStart) {
    if (newStart <= startOffset()) {
      return;
    }
    if (newStart > nextOffset()) {
      throw new IllegalStateException(
          "%s ends at offset %d and cannot start at %d".formatted(id, nextOffset(), newStart));
    }
    segments.raiseStart(newStart);
  }

  /// Whether there are files of segments that [#unlinkBelow] this offset would remove.
  public boolean hasFilesBelow(long offset) {
    return segments.hasFilesBelow(offset);
  }

  /// Removes the files of dropped segments that lie wholly below `offset`. A durable checkpoint must name a start that
  /// is no lower. Slices that were handed out stay good. The checkpointer's.
  public void unlinkBelow(long offset) throws IOException {
    segments.unlinkBelow(offset);
  }

  /// The offset behind the oldest segments that hold nothing but records dated before `timestampMs`; the start when the
  /// first one is not such a segment. A segment without any date is of no age, and so is a damaged one. May read indexes.
  public long endOfOlderThan(long timestampMs) throws IOException {
    return segments.endOfOlderThan(timestampMs);
  }

  /// The offset behind the oldest segments that can go so that `keptBytes` are left at least; the start when none can.
  public long endOfSurplus(long keptBytes) {
    return segments.endOfSurplus(keptBytes);
  }

  /// The time of the youngest record in the first batch of the segment that grows, as its header has it; empty when
  /// there is no batch yet.
  public OptionalLong growingSince() throws IOException {
    return segments.last().view().times().firstMs();
  }

  /// Saves aside and cuts off what the files hold behind the end. The last step of a recovery, after the journal's
  /// batches were appended; does nothing after a clean stop.
  public void cutBehindEnd() throws IOException {
    segments.last().cutBehindEnd();
    for (SegmentName name : directory.segments()) {
      if (!segments.isKnown(name.baseOffset())) {
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
    return read(offset, maxBytes, limitOffset, false);
  }

  /// As [#read(long, int, long)], for who brings into the page cache himself what is not there: then that is the answer, a
  /// [cold][FileSlice#isCold] slice, and he asks again.
  public Optional<FileSlice> readAtPace(long offset, int maxBytes, long limitOffset)
      throws IOException {
    return read(offset, maxBytes, limitOffset, true);
  }

  private Optional<FileSlice> read(long offset, int maxBytes, long limitOffset, boolean atPace)
      throws IOException {
    while (true) {
      List<Segment> held = segments.held();
      try {
        return read(held, offset, maxBytes, limitOffset, atPace);
      } catch (NoSuchFileException e) {
        if (offset < startOffset()) {
          return Optional.empty();
        }
        if (held.equals(segments.held())) {
          throw e;
        }
        // Compaction has put another segment in its place.
      }
    }
  }

  /// As [#read(long, int, long)], for who must not wait for the disk, an event loop: empty where that might be necessary, and
  /// where anything is damaged.
  public Optional<FileSlice> readAtHand(long offset, int maxBytes, long limitOffset)
      throws IOException {
    List<Segment> held = segments.held();
    return damage.known().equals(Damage.NONE)
            && offset >= startOffset()
            && offset < held.getLast().nextOffset()
        ? held.get(SegmentList.indexOf(held, offset))
            .view()
            .sliceAtHand(offset, maxBytes, limitOffset)
        : Optional.empty();
  }

  private Optional<FileSlice> read(
      List<Segment> held, long offset, int maxBytes, long limitOffset, boolean atPace)
      throws IOException {
    long from = readableFrom(offset);
    if (offset < startOffset() || from >= held.getLast().nextOffset()) {
      return Optional.empty();
    }
    int at = SegmentList.indexOf(held, from);
    boolean isLast = at + 1 == held.size() || held.get(at + 1).sizeBytes() == 0;
    SegmentView view = held.get(at).view();
    Optional<FileSlice> slice;
    try {
      long limit = Math.min(limitOffset, damage.known().nextBehind(from));
      slice = view.slice(from, maxBytes, limit, isLast, atPace);
    } catch (CorruptLogException e) {
      markHole(view, from, e);
      throw e;
    }
    return slice.isPresent()
        ? slice
        : read(held, held.get(at + 1).baseOffset(), maxBytes, limitOffset, atPace);
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

  /// An offset behind the batches that a slice holds which was read from `offset` on, near by; the largest number when
  /// its segment was replaced or dropped meanwhile.
  public long offsetBehind(long offset, FileSlice slice) throws IOException {
    List<Segment> held = segments.held();
    long from = Math.max(offset, held.getFirst().baseOffset());
    for (Segment segment : held.subList(SegmentList.indexOf(held, from), held.size())) {
      if (segment.view().file().path().equals(slice.file().path())) {
        return segment.view().offsetBehind(slice.position() + slice.length());
      }
    }
    return Long.MAX_VALUE;
  }

  /// The aborted transactions with records from `fromOffset` to `toOffset` whose markers the segments hold, in the order of
  /// these. May walk through a segment whose index is not there.
  public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset)
      throws IOException {
    return segments.search(
        held -> {
          long from = Math.max(fromOffset, held.getFirst().baseOffset());
          return new AbortedSearch(held, damage.known().isAnyBetween(fromOffset, Long.MAX_VALUE))
              .find(SegmentList.indexOf(held, from), fromOffset, toOffset);
        });
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

  /// Forgets damage that somebody has mended, by bringing a file back: what all batches are there of, each whole, in segments that are
  /// what their footers prove. Reads each of these segments once. Before anybody else uses the log.
  public void forgetMended() throws IOException {
    List<DamagedRange> maybe =
        damage().open().stream()
            .filter(range -> range.fromOffset() >= startOffset())
            .filter(range -> range.toOffset() <= nextOffset())
            .toList();
    List<DamagedRange> holes = new ArrayList<>();
    long reached = startOffset();
    for (Segment segment : segments.held()) {
      if (reached < segment.baseOffset()) {
        holes.add(DamagedRange.foundNow(reached, segment.baseOffset(), "it is not there"));
      }
      if (maybe.stream().anyMatch(segment::holdsAnyOf)) {
        holes.addAll(holesOf(segment));
      }
      reached = segment.nextOffset();
    }
    damage.forget(
        maybe.stream().filter(range -> holes.stream().noneMatch(range::overlaps)).toList());
  }

  /// A sealed segment that is not whole is one hole: it is another one than the log had. Where the next one is gone, it
  /// ends before that would begin.
  private List<DamagedRange> holesOf(Segment segment) throws IOException {
    List<DamagedRange> holes = new ArrayList<>();
    if (!segments.sealed().contains(segment)) {
      new LogWalk(List.of(segment), damage).from(segment.baseOffset(), batch -> {}, holes::add);
      return holes;
    }
    SealedSegment sealed = segment.asSealed(id);
    long end = sealed.isWhole() ? sealed.provenEnd() : segment.baseOffset();
    if (end < segment.nextOffset()) {
      holes.add(DamagedRange.foundNow(end, segment.nextOffset(), "it is not whole"));
    }
    return holes;
  }

  /// Takes all open damage for lost, durably. Only in a repair, while nobody appends.
  public void acceptDamage() throws IOException {
    damage.accept(nextOffset());
  }

  /// Whether any offset that is kept is damaged, also where somebody accepted that.
  public boolean isDamagedAboveStart() {
    Damage known = damage.known();
    return known.isOpen()
        || known.accepted().stream().anyMatch(range -> range.toOffset() > startOffset());
  }

  /// Notes what is damaged around an offset, as a reader of it has found.
  void markHole(SegmentView view, long offset, CorruptLogException found) throws IOException {
    damage.markAround(view, offset, found);
  }

  /// The first record, in order of offsets, that is dated `timestampMs` or later. A compressed batch is opened only
  /// when its header says that it holds one; a batch that cannot be opened answers for its first record.
  ///
  /// @param fromOffset no record below it is found, nor below the start
  public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs, long fromOffset)
      throws IOException {
    return segments.search(held -> times(held, fromOffset).firstSince(timestampMs));
  }

  /// The youngest record; of several the first. Empty when no record has a time.
  ///
  /// @param fromOffset no record below it is found, nor below the start
  public Optional<TimestampedOffset> maxTimestamp(long fromOffset) throws IOException {
    return segments.search(held -> times(held, fromOffset).youngest());
  }

  private TimeSearch times(List<Segment> held, long fromOffset) {
    return new TimeSearch(held, Math.max(fromOffset, startOffset()));
  }

  /// Hands over every batch from the one that holds `fromOffset` on, its checksum verified.
  ///
  /// @throws CorruptLogException at the first damage that was not accepted
  public void forEachBatch(long fromOffset, BatchVisitor visitor) throws IOException {
    walk(
        fromOffset,
        visitor,
        hole -> {
          throw new CorruptLogException(id, hole);
        });
  }

  /// Hands over every whole batch from the one that holds `fromOffset` on, and notes what lies between them as damaged.
  public void forEachWholeBatch(long fromOffset, BatchVisitor visitor) throws IOException {
    walk(fromOffset, visitor, damage::mark);
  }

  private void walk(long fromOffset, BatchVisitor visitor, LogWalk.HoleVisitor holes)
      throws IOException {
    LogWalk walk = new LogWalk(segments.held(), damage);
    walk.from(Math.max(fromOffset, startOffset()), visitor, holes);
  }

  /// The segments that a durable checkpoint counts as sealed, ascending: their batches never change again, and
  /// only a scan adds to their footers.
  public List<SealedSegment> sealedSegments() {
    return segments.sealed().stream().map(segment -> segment.asSealed(id)).toList();
  }

  /// How much of the sealed segments is to be compacted. May read indexes.
  ///
  /// @param cleanedUpTo what earlier compactions came to
  public Dirt dirt(long cleanedUpTo, CompactionPolicy policy, long nowMs) throws IOException {
    return Dirt.in(segments.sealed(), Math.max(cleanedUpTo, startOffset()), policy, nowMs);
  }

  /// Begins to compact what is sealed. The log must have no damage at or above its start: where records are missing, nobody
  /// knows which is the last of its key.
  public Compaction compact(CompactionRequest request) throws IOException {
    return new Compaction(this, directory, segments.sealed(), request);
  }

  /// Whether there are files of segments that others have replaced.
  public boolean hasReplaced() {
    return segments.hasReplaced();
  }

  /// Removes the files of all segments that were replaced before this life. The checkpointer's.
  public void unlinkReplaced() throws IOException {
    segments.unlinkReplaced();
  }

  /// Which segments there are.
  SegmentList segments() {
    return segments;
  }

  /// Makes durable what was appended before the call: bytes, then names. Called by the checkpointer's thread.
  public void force() throws IOException {
    segments.force();
  }

  /// Says that a checkpoint which names this end is durable. Called by the checkpointer's thread.
  public void checkpointed(LogEnd end) {
    segments.checkpointed(end.segmentBaseOffset());
  }

  /// Gives the files up. Forces nothing; slices that were handed out stay good.
  @Override
  public void close() throws IOException {
    segments.close();
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
}
