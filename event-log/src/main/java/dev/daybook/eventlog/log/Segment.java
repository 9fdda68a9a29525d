package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One file of a partition's log, named by the offset of its first record. The segment writer's thread appends and
/// seals, the checkpointer's thread forces and keeps the indexes, any thread reads the published view.
///
/// When the machine stops, what was not forced may be anything; the journal brings it again.
final class Segment {
  private static final Logger LOG = LoggerFactory.getLogger(Segment.class);

  /// Entries that the index of a segment in use must have gained to be kept anew, and the share of all they must be: so
  /// a restart walks through a fifth at most, and keeping costs little for the whole segment's life.
  private static final int KEEP_ENTRIES = 1024;

  private static final int KEEP_SHARE = 5;
  private static final long COPY_BYTES = 1 << 20;

  /// Smaller runs are best left to the page cache until they are forced: each page of them may be written once more.
  private static final int LARGE_RUN_BYTES = 64 << 10;

  private final LogDirectory directory;
  private final SegmentName name;
  private final long baseOffset;
  private final SegmentFile file;
  private final IndexFiles indexFiles;
  private final ColdBytes cold;
  private final SegmentTransactions transactions;

  /// Whether bytes wait for a force. Who sets it leaves its hold on the file to who clears it.
  private final AtomicBoolean dirty = new AtomicBoolean();

  private volatile SegmentView view;
  private volatile boolean sealed;
  private boolean mayHaveMore;
  private boolean settled;
  private int keptEntries;

  private Segment(LogDirectory directory, SegmentName name, Place end, boolean sealed) {
    this.directory = directory;
    this.name = name;
    this.baseOffset = name.baseOffset();
    this.file = directory.segment(name);
    this.indexFiles = directory.indexes(name);
    this.cold = file.cold();
    this.transactions =
        new SegmentTransactions(file, indexFiles.transactions(), baseOffset, end, sealed);
    this.sealed = sealed;
    this.settled = sealed;
    StoredIndex head = new StoredIndex(file, indexFiles, baseOffset, end, sealed);
    this.view = new SegmentView(file, head, SegmentIndex.empty(baseOffset, end), cold);
  }

  /// A segment without records, and so without a file.
  static Segment fresh(LogDirectory directory, long baseOffset) {
    Segment segment =
        new Segment(directory, SegmentName.original(baseOffset), new Place(baseOffset, 0), false);
    segment.mayHaveMore = true;
    return segment;
  }

  /// A segment that will not grow any more: the file up to its footer.
  static Segment sealed(LogDirectory directory, SegmentName name, long nextOffset)
      throws IOException {
    long contentBytes = new SealedContent(directory, name, nextOffset).bytes();
    return new Segment(directory, name, new Place(nextOffset, contentBytes), true);
  }

  /// A segment whose batches end nobody knows where, because it is too short: the whole file.
  static Segment asFound(LogDirectory directory, SegmentName name, long nextOffset)
      throws IOException {
    SegmentFile file = directory.segment(name);
    long sizeBytes = file.hold().size();
    file.release();
    return new Segment(directory, name, new Place(nextOffset, sizeBytes), true);
  }

  /// A segment that lies below its log's start or was replaced, to be [deleted][#delete]. Nobody looks into it: it may be
  /// damaged.
  static Segment leftover(LogDirectory directory, SegmentName name, long nextOffset) {
    return new Segment(directory, name, new Place(nextOffset, 0), true);
  }

  /// The segment that grows, up to where a checkpoint saw it; the file may go on behind.
  static Segment unsealed(LogDirectory directory, long baseOffset, Place end, long sizeBytes) {
    Segment segment = new Segment(directory, SegmentName.original(baseOffset), end, false);
    segment.mayHaveMore = sizeBytes > end.position();
    return segment;
  }

  SegmentName name() {
    return name;
  }

  long baseOffset() {
    return baseOffset;
  }

  SegmentView view() {
    return view;
  }

  /// What it tells of transactions.
  SegmentTransactions transactions() {
    return transactions;
  }

  long nextOffset() {
    return view.end().offset();
  }

  long sizeBytes() {
    return view.end().position();
  }

  boolean holdsAnyOf(DamagedRange range) {
    return baseOffset() < range.toOffset() && range.fromOffset() < nextOffset();
  }

  /// Writes batches behind those that are there, then publishes them. The segment writer's.
  void append(List<ByteBuffer> runOfBatches, SegmentPolicy policy, RunWay way) throws IOException {
    SegmentView before = view;
    SegmentIndex tail = before.tail();
    ByteBuffer[] sources = new ByteBuffer[runOfBatches.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = runOfBatches.get(i).duplicate();
      tail = index(tail, sources[i], policy);
    }
    DiskFile held = sizeBytes() == 0 ? holdFirst() : file.hold();
    try {
      forgetEndUnlessDirty(before);
      write(held, before.end(), tail.end(), sources, way);
      view = new SegmentView(file, before.head(), tail, cold);
    } finally {
      if (!dirty.compareAndSet(false, true)) {
        file.release();
      }
    }
  }

  private void forgetEndUnlessDirty(SegmentView seen) {
    if (!dirty.get()) {
      seen.beforeAppend();
    }
  }

  private void write(DiskFile held, Place start, Place end, ByteBuffer[] sources, RunWay way)
      throws IOException {
    long runBytes = end.position() - start.position();
    boolean isLarge = runBytes >= LARGE_RUN_BYTES;
    if (isLarge && way == RunWay.PAST_CACHE) {
      held.writeRun(start.position(), sources);
      return;
    }
    held.write(start.position(), sources);
    cold.written(start, end);
    if (isLarge) {
      held.beginForce(start.position(), runBytes);
    }
  }

  /// Whole batches that the file holds right behind the end and that carry it on, as a run of about 1 MiB; none when there are
  /// none, or they reach beyond `limitOffset`. A recovery's.
  List<ByteBuffer> behindEnd(long limitOffset) throws IOException {
    if (!mayHaveMore || !directory.has(file)) {
      return List.of();
    }
    List<ByteBuffer> run = new ArrayList<>();
    DiskFile held = file.hold();
    try {
      Place start = view.end();
      Place end = new Place(limitOffset, held.size());
      BatchCursor cursor = file.cursor(held, start, end, BatchCursor.LONG_WALK_BYTES);
      while (cursor.end().position() - start.position() < COPY_BYTES
          && cursor.next()
          && cursor.end().offset() <= limitOffset
          && cursor.isWhole()) {
        RecordBatch batch = cursor.batch();
        run.add(ByteBuffer.allocate(batch.sizeBytes()).put(batch.bytes()).flip());
      }
    } catch (CorruptLogException e) {
      LOG.debug("nothing more to copy file={}", file.path());
    } finally {
      file.release();
    }
    return run;
  }

  /// Where, behind bytes that do not carry the end on, batches go on that do. A recovery's.
  Optional<Place> nextBehindEnd() throws IOException {
    if (!mayHaveMore || !directory.has(file)) {
      return Optional.empty();
    }
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = file.cursor(held, view.end(), endOf(held), BatchCursor.LONG_WALK_BYTES);
      return cursor.nextWhole() ? Optional.of(cursor.place()) : Optional.empty();
    } finally {
      file.release();
    }
  }

  /// Whether the file tells that the segment went on behind the end, or was sealed there, though nothing of it can be used. A
  /// recovery's.
  boolean wentOn() throws IOException {
    if (!mayHaveMore || !directory.has(file)) {
      return false;
    }
    DiskFile held = file.hold();
    try {
      Place end = view.end();
      WholeBatches behind = new WholeBatches(file.walked(held), batch -> true, endOf(held));
      return isSealedIn(held) || behind.isBegunAt(end) || behind.isAnyFrom(end);
    } finally {
      file.release();
    }
  }

  /// Whether the file holds any whole batch from this position on that is of this offset or a later one.
  boolean holdsFrom(Place place) throws IOException {
    DiskFile held = file.hold();
    try {
      return new WholeBatches(file.walked(held), batch -> true, endOf(held)).isAnyFrom(place);
    } finally {
      file.release();
    }
  }

  private boolean isSealedIn(DiskFile held) throws IOException {
    return sizeBytes() > 0
        && SegmentFooter.decode(bytesBehindEnd(held)).filter(footer()::isAt).isPresent();
  }

  /// Wherever the file ends, whatever its last offset.
  private static Place endOf(DiskFile held) throws IOException {
    return new Place(Long.MAX_VALUE, held.size());
  }

  /// Says that nothing will be appended any more, here and behind the last batch. The segment writer's.
  void seal() throws IOException {
    if (sizeBytes() == 0) {
      cutBehindEnd();
    } else {
      writeSeal();
    }
    sealed = true;
  }

  private void writeSeal() throws IOException {
    SegmentFooter footer = footer();
    DiskFile held = file.hold();
    try {
      forgetEndUnlessDirty(view);
      if (mayHaveMore && !footer.mayHaveLeft(bytesBehindEnd(held))) {
        cutBehindEnd();
      }
      mayHaveMore = false;
      held.write(footer.contentBytes(), footer.encode());
    } finally {
      if (!dirty.compareAndSet(false, true)) {
        file.release();
      }
    }
  }

  /// Saves aside and cuts off what the file holds behind the end. The segment writer's.
  void cutBehindEnd() throws IOException {
    if (!mayHaveMore || !directory.has(file)) {
      return;
    }
    if (sizeBytes() == 0) {
      LOG.warn("segment set aside file={}", file.path());
      directory.setAside(file);
      indexFiles.delete();
    } else {
      cut(file.hold());
    }
    mayHaveMore = false;
  }

  /// The segment for who reads it from end to end, once it is sealed.
  SealedSegment asSealed(PartitionId partition) {
    return new SealedSegment(
        file,
        new SegmentFooter(partition, baseOffset, nextOffset(), sizeBytes(), Optional.empty()));
  }

  /// Makes the bytes durable that are there at the call, and keeps the indexes when it is time. The checkpointer's.
  void force() throws IOException {
    boolean complete = sealed;
    SegmentView seen = view;
    forceBytes();
    if (complete && !settled) {
      settle(seen);
    } else if (isWorthKeeping(seen.tail().offsets().entryCount())) {
      keepIndex(seen);
    }
  }

  /// Makes the bytes durable that are there at the call: all that a segment needs of which a checkpoint under way may
  /// still speak, but that is on its way out. The checkpointer's.
  void forceBytes() throws IOException {
    if (dirty.getAndSet(false)) {
      try {
        file.held().force();
      } finally {
        file.release();
      }
    }
  }

  /// Removes the files; their names are gone for good when the directory is forced. Indexes go first, for a segment is
  /// found by its own file. The checkpointer's.
  void delete() throws IOException {
    close();
    indexFiles.delete();
    directory.delete(file);
  }

  /// Gives the file up. Slices that were handed out stay good.
  void close() throws IOException {
    if (dirty.getAndSet(false)) {
      file.release();
    }
  }

  /// The footer without its proof.
  private SegmentFooter footer() {
    return new SegmentFooter(
        directory.partition(), baseOffset, nextOffset(), sizeBytes(), Optional.empty());
  }

  /// A few more than a footer has, if there are.
  private ByteBuffer bytesBehindEnd(DiskFile held) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SegmentFooter.BYTES + 1);
    held.read(bytes, sizeBytes());
    return bytes.flip();
  }

  private DiskFile holdFirst() throws IOException {
    directory.prepareForFile();
    if (directory.has(file)) {
      // Of a former life, like the indexes beside it; those would not be written over.
      indexFiles.delete();
    } else {
      mayHaveMore = false;
    }
    DiskFile held = file.holdFirst();
    directory.nameCreated();
    return held;
  }

  private static SegmentIndex index(SegmentIndex begun, ByteBuffer batches, SegmentPolicy policy) {
    SegmentIndex index = begun;
    for (RecordBatch batch : RecordBatches.in(batches)) {
      if (batch.baseOffset() != index.end().offset()) {
        throw new IllegalStateException(
            "A %s cannot follow offset %d".formatted(batch, index.end().offset() - 1));
      }
      index = index.with(batch, policy.indexIntervalBytes());
    }
    return index;
  }

  private void cut(DiskFile held) throws IOException {
    try {
      long sizeBytes = held.size();
      if (sizeBytes > sizeBytes()) {
        LOG.warn(
            "segment cut file={} atByte={} savedBytes={}",
            file.path(),
            sizeBytes(),
            sizeBytes - sizeBytes());
        directory.saveFrom(file, held, sizeBytes());
        // The kept indexes may know of what goes.
        indexFiles.delete();
        held.truncate(sizeBytes());
        held.force();
      }
    } finally {
      file.release();
    }
  }

  private boolean isWorthKeeping(int entries) {
    return entries - keptEntries >= Math.max(KEEP_ENTRIES, entries / KEEP_SHARE);
  }

  /// From now on the index is read from its files when it is needed.
  private void settle(SegmentView last) throws IOException {
    keepIndex(last);
    transactions.keep(last.end());
    StoredIndex head = new StoredIndex(file, indexFiles, baseOffset, last.end(), true);
    view = new SegmentView(file, head, SegmentIndex.empty(baseOffset, last.end()), cold);
    settled = true;
  }

  private void keepIndex(SegmentView seen) throws IOException {
    keptEntries = seen.tail().offsets().entryCount();
    SegmentIndex head = seen.head().get();
    if (seen.head().isComplete(head)) {
      indexFiles.write(head.followedBy(seen.tail()));
    }
  }
}
