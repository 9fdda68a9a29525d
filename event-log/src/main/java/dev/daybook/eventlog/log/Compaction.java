package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.EmptyBatch;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.OutputCap;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One cleaning of a compacted log, in small steps. It looks at the sealed segments that a durable checkpoint counts, in three
/// walks: one by headers, for transactions; one through the dirty part, for the last offset of each key; and one through all
/// segments from the first on, which writes those anew of which something goes, small neighbours together. Each such
/// [Replacement] is to be carried out before the next step.
///
/// Where the keys do not fit into memory, or a transaction is open, only what lies before counts as dirty: the rest waits
/// for another cleaning. Changes nothing itself, so a machine that stops in here loses work and nothing else. Used by one thread.
public final class Compaction implements AutoCloseable {
  private final PartitionLog log;
  private final LogDirectory directory;
  private final List<Segment> segments;
  private final CompactionRequest request;
  private final long dirtyFrom;
  private final KeyOffsets keys;
  private final TransactionScan transactions = new TransactionScan();

  private Stage stage;
  private BatchWalk walk;
  private long limit;
  private @Nullable CleaningRules rules;
  private List<List<Segment>> groups = List.of();
  private int nextGroup;
  private @Nullable CleanedFile target;
  private boolean changed;
  private @Nullable Replacement ready;
  private long bytesBefore;
  private long bytesAfter;

  private enum Stage {
    TRANSACTIONS,
    KEYS,
    REWRITE,
    DONE
  }

  /// Begins one.
  ///
  /// @param segments the sealed ones
  Compaction(
      PartitionLog log, LogDirectory directory, List<Segment> segments, CompactionRequest request)
      throws IOException {
    this.log = log;
    this.directory = directory;
    this.segments = List.copyOf(segments);
    this.request = request;
    this.dirtyFrom = Math.max(request.cleanedUpTo(), log.startOffset());
    this.keys = new KeyOffsets(request.keyBytes());
    this.limit =
        Math.max(
            dirtyFrom,
            Dirt.endOfCleanable(this.segments, dirtyFrom, request.policy(), request.nowMs()));
    this.stage = Stage.TRANSACTIONS;
    this.walk = walkFrom(dirtyFrom, BatchCursor.SHORT_WALK_BYTES);
  }

  /// Goes on for about so many bytes, or until a segment is [ready][#ready].
  ///
  /// @return how many bytes were read or written
  /// @throws CorruptLogException when a segment is damaged, which is noted as the partition's then
  public long step(int maxBytes) throws IOException {
    long bytes = 0;
    while (bytes < maxBytes && ready == null && stage != Stage.DONE) {
      bytes += stepOnce();
    }
    return bytes;
  }

  /// A segment that is to take the place of others before this goes on.
  public Optional<Replacement> ready() {
    return Optional.ofNullable(ready);
  }

  /// The segment that was ready has taken its place.
  public void replaced() {
    Replacement done = Objects.requireNonNull(ready);
    bytesBefore += done.bytesBefore();
    bytesAfter += done.bytesAfter();
    ready = null;
  }

  /// What was done; empty while there is something to do.
  public Optional<CompactionResult> result() {
    if (stage != Stage.DONE) {
      return Optional.empty();
    }
    CleaningRules asked = Objects.requireNonNull(rules);
    return Optional.of(
        new CompactionResult(
            limit,
            asked.nextHorizonMs(),
            asked.records(),
            asked.dropped(),
            bytesBefore,
            bytesAfter));
  }

  public PartitionLog log() {
    return log;
  }

  /// Whether nothing of the dirty part could be compacted: a transaction is open where it begins.
  public boolean cameToNothing() {
    return limit <= dirtyFrom;
  }

  /// Whether the log's start was raised beyond segments that this reads: their files may be gone.
  public boolean isOvertaken() {
    return !segments.isEmpty() && log.startOffset() >= segments.getFirst().nextOffset();
  }

  /// Gives it up. What has taken its place stays there.
  @Override
  public void close() throws IOException {
    walk.close();
    CleanedFile unfinished = target;
    target = null;
    if (unfinished != null) {
      unfinished.abandon();
    }
  }

  private long stepOnce() throws IOException {
    try {
      return switch (stage) {
        case TRANSACTIONS -> lookForTransactions();
        case KEYS -> takeKeys();
        case REWRITE -> rewrite();
        case DONE -> 0;
      };
    } catch (CorruptLogException e) {
      log.markHole(walk.segment().view(), walk.offset(), e);
      throw e;
    }
  }

  private long lookForTransactions() throws IOException {
    if (!walk.next()) {
      limit = Math.max(dirtyFrom, Math.min(limit, transactions.openFrom()));
      go(Stage.KEYS, walkFrom(dirtyFrom, BatchCursor.LONG_WALK_BYTES));
      return 0;
    }
    RecordBatch header = walk.header();
    transactions.take(header.isControl() ? walk.batch() : header);
    return Math.min(header.sizeBytes(), BatchCursor.SHORT_WALK_BYTES);
  }

  private long takeKeys() throws IOException {
    if (!walk.next() || walk.header().baseOffset() >= limit) {
      beginRewrite();
      return 0;
    }
    RecordBatch batch = walk.batch();
    if (!batch.isControl() && !(batch.isTransactional() && transactions.isAborted(batch))) {
      long end = takeKeys(batch);
      if (end < batch.nextOffset()) {
        limit = Math.min(limit, end);
        beginRewrite();
      }
    }
    return batch.sizeBytes();
  }

  /// Where no room was left for another key; the batch's end when there was room for all.
  private long takeKeys(RecordBatch batch) throws IOException {
    try (RecordReader records = RecordReader.open(batch, OutputCap.DEFAULT)) {
      while (records.hasNext()) {
        LogRecord record = records.next();
        ByteBuffer key = record.key();
        boolean counts = key != null && record.offset() >= dirtyFrom && record.offset() < limit;
        if (counts && !keys.put(Objects.requireNonNull(key), record.offset())) {
          return record.offset();
        }
      }
    }
    return batch.nextOffset();
  }

  private void beginRewrite() throws IOException {
    rules =
        new CleaningRules(
            keys,
            transactions,
            request.producers(),
            log.startOffset(),
            limit,
            request.nowMs(),
            request.policy().horizonMs(request.datedMs()));
    groups = groups();
    nextGroup = 0;
    stage = Stage.REWRITE;
    beginGroup();
  }

  private void beginGroup() throws IOException {
    if (nextGroup == groups.size()) {
      go(Stage.DONE, new BatchWalk(List.of(), 0, BatchCursor.SHORT_WALK_BYTES));
      return;
    }
    List<Segment> group = groups.get(nextGroup++);
    int generation =
        1 + group.stream().mapToInt(source -> source.name().generation()).max().orElse(0);
    SegmentName name =
        new SegmentName(group.getFirst().baseOffset(), group.getLast().nextOffset(), generation);
    go(Stage.REWRITE, new BatchWalk(group, 0, BatchCursor.LONG_WALK_BYTES));
    target =
        new CleanedFile(
            directory.disk(),
            request.workFile(),
            log.id(),
            name,
            request.policy().indexIntervalBytes());
    changed = group.size() > 1;
  }

  private long rewrite() throws IOException {
    if (target == null) {
      beginGroup();
      return 0;
    }
    if (!walk.next()) {
      return finishGroup();
    }
    RecordBatch batch = walk.batch();
    ByteBuffer stays = Objects.requireNonNull(rules).of(batch, walk.segment().name().isCleaned());
    if (stays == null) {
      target.addGap(batch);
      changed |= !EmptyBatch.isOffsetsOnly(batch);
    } else {
      target.add(stays);
      changed |= !stays.equals(batch.bytes());
    }
    return (long) batch.sizeBytes() + (stays == null ? 0 : stays.remaining());
  }

  private long finishGroup() throws IOException {
    CleanedFile file = Objects.requireNonNull(target);
    if (changed) {
      file.finish();
      ready = new Replacement(log, directory, groups.get(nextGroup - 1), file);
    } else {
      file.abandon();
    }
    target = null;
    return 0;
  }

  /// Segments that are to be read, and which of them may become one: neighbours without a hole in between.
  private List<List<Segment>> groups() {
    List<List<Segment>> all = new ArrayList<>();
    List<Segment> group = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment.baseOffset() >= limit) {
        break;
      }
      if (!group.isEmpty() && !fits(group, segment)) {
        all.add(List.copyOf(group));
        group.clear();
      }
      group.add(segment);
    }
    if (!group.isEmpty()) {
      all.add(List.copyOf(group));
    }
    return all;
  }

  private boolean fits(List<Segment> group, Segment next) {
    long bytes = group.stream().mapToLong(Segment::sizeBytes).sum() + next.sizeBytes();
    return bytes <= request.policy().segmentBytes()
        && next.nextOffset() - group.getFirst().baseOffset() < Integer.MAX_VALUE
        && group.getLast().nextOffset() == next.baseOffset();
  }

  private BatchWalk walkFrom(long offset, int windowBytes) {
    List<Segment> there =
        segments.stream().filter(segment -> segment.nextOffset() > offset).toList();
    return new BatchWalk(there, offset, windowBytes);
  }

  private void go(Stage next, BatchWalk through) throws IOException {
    walk.close();
    walk = through;
    stage = next;
  }
}
