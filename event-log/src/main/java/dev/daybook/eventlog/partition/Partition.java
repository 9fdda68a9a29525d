package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.log.AbortedTransaction;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.log.Damage;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.TimestampedOffset;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.LeaderEpochs;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// A live partition, as readers see it: its durable records, up to the high watermark. May be used from any
/// thread; what only the appender may touch is not public.
///
/// A record is in the tail from its decision until its segment is written, and in the segment from then on.
/// Readers look into the segment first: it never holds anything that is not durable.
public final class Partition {
  private final PartitionId id;
  private volatile Topic topic;
  private final PartitionLog log;
  private final AppendState appending;
  private final HighWatermark mark;
  private final HighWatermark stable;
  private final Transactions transactions;
  private final Tail tail = new Tail();
  private volatile long startOffset;
  private volatile LeaderEpochs epochs;
  private volatile boolean deleted;
  private volatile boolean knowsProducers;

  Partition(
      PartitionId id, Topic topic, PartitionLog log, AppendState appending, LeaderEpochs epochs) {
    this.id = id;
    this.topic = topic;
    this.log = log;
    this.appending = appending;
    this.epochs = epochs;
    this.mark = new HighWatermark(appending.nextOffset());
    this.stable = new HighWatermark(appending.stableOffset());
    this.transactions = new Transactions(appending.producers().open());
    this.knowsProducers = !appending.producers().isEmpty();
  }

  public PartitionId id() {
    return id;
  }

  /// The topic as it is now: its settings may change, and it may get more partitions.
  public Topic topic() {
    return topic;
  }

  /// The offset behind the last record that is forced to disk; with `daybook.durability=written`, behind the last that is
  /// written. Readers never pass it.
  public long highWatermark() {
    return mark.get();
  }

  /// The last stable offset: below it no transaction is open. Never above the high watermark; moved by forced markers.
  public long lastStableOffset() {
    return stable.get();
  }

  /// Up to where a reader may read.
  public long readableTo(Isolation isolation) {
    return switch (isolation) {
      case READ_UNCOMMITTED -> mark.get();
      case READ_COMMITTED -> stable.get();
    };
  }

  /// The transaction of this producer that is open here, or about to be.
  public Optional<OpenTransaction> openTransaction(long producerId) {
    return transactions.open(producerId);
  }

  /// What a batch of this producer and epoch needs before the coordinator is asked about it; nothing when its transaction
  /// is open here.
  public Optional<TransactionGuard> guard(long producerId, short producerEpoch) {
    return transactions.guard(producerId, producerEpoch);
  }

  /// The aborted transactions with records in these offsets, which must lie below the last stable offset. Blocks.
  public List<AbortedTransaction> abortedTransactions(long fromOffset, long toOffset)
      throws IOException {
    // Memory first: what is dropped from there meanwhile, segments have.
    NavigableMap<Long, AbortedTransaction> found = new TreeMap<>();
    for (AbortedTransaction late :
        concerning(transactions.abortedFrom(fromOffset), fromOffset, toOffset)) {
      found.put(late.lastOffset(), late);
    }
    for (AbortedTransaction stored : log.abortedTransactions(fromOffset, toOffset)) {
      found.put(stored.lastOffset(), stored);
    }
    return List.copyOf(found.values());
  }

  /// The first offset that is kept. Raised when that is forced to disk; the segments follow.
  public long logStartOffset() {
    return Math.max(startOffset, log.startOffset());
  }

  public int leaderEpoch() {
    return epochs.current();
  }

  /// The leader epochs there durably are.
  public LeaderEpochs epochs() {
    return epochs;
  }

  /// Bytes in segments; what is only in the journal yet is not counted.
  public long sizeBytes() {
    return log.sizeBytes();
  }

  public boolean isDeleted() {
    return deleted;
  }

  /// What of it is damaged. While some of that is open, appends are refused; what is whole can be read.
  public Damage damage() {
    return log.damage();
  }

  /// As [#tryReadTail(long, int, Isolation)], of all that is durable.
  public @Nullable ReadResult tryReadTail(long offset, int maxBytes) {
    return tryReadTail(offset, maxBytes, Isolation.READ_UNCOMMITTED);
  }

  /// Reads what is in memory, or needs no file to be answered; null when a file must be read. May be
  /// called on an event loop.
  public @Nullable ReadResult tryReadTail(long offset, int maxBytes, Isolation isolation) {
    if (deleted) {
      return new ReadResult.UnknownPartition();
    }
    try {
      return readTail(log.readableFrom(offset), maxBytes, bounds(isolation));
    } catch (CorruptLogException e) {
      // Who reads the file is told.
      return null;
    }
  }

  private @Nullable ReadResult readTail(long offset, int maxBytes, Bounds bounds) {
    if (!bounds.hold(offset)) {
      return new ReadResult.OffsetOutOfRange(bounds.highWatermark, bounds.startOffset);
    }
    if (offset >= bounds.limit) {
      return bounds.batches(List.of(), List.of());
    }
    if (offset < log.nextOffset()) {
      return null;
    }
    // Before the batches: whose marker is dropped from here later, its batch is dropped already.
    List<AbortedTransaction> late = bounds.committed ? transactions.abortedFrom(offset) : List.of();
    List<Slice> slices = tail.read(offset, maxBytes, bounds.limit);
    return slices == null
        ? null
        : bounds.batches(slices, concerning(late, offset, Tail.nextOffset(slices)));
  }

  /// What a reader of this offset is told beside the batches, for who has no room for any. Looks at no batch, and never waits.
  ///
  /// @throws CorruptLogException when the records there are known to be damaged
  public ReadResult readNothing(long offset, Isolation isolation) throws CorruptLogException {
    if (deleted) {
      return new ReadResult.UnknownPartition();
    }
    long from = log.readableFrom(offset);
    Bounds bounds = bounds(isolation);
    return bounds.hold(from)
        ? bounds.batches(List.of(), List.of())
        : new ReadResult.OffsetOutOfRange(bounds.highWatermark, bounds.startOffset);
  }

  /// As [#read(long, int, Isolation)], of all that is durable.
  public ReadResult read(long offset, int maxBytes) throws IOException {
    return read(offset, maxBytes, Isolation.READ_UNCOMMITTED);
  }

  /// Reads whole batches from `offset` on, at least one even when it is larger than `maxBytes`. Where a loss was accepted
  /// the first batch is the next there is. Blocks; call it on a reader's thread.
  ///
  /// @throws CorruptLogException when the records there are damaged
  public ReadResult read(long offset, int maxBytes, Isolation isolation) throws IOException {
    return switch (read(offset, maxBytes, isolation, false)) {
      case PacedRead.Found(ReadResult result) -> result;
      case PacedRead.Cold cold -> throw new IllegalStateException("Not asked for: " + cold);
    };
  }

  /// As [#read(long, int, Isolation)], for who brings into the page cache himself what is not there.
  public PacedRead readAtPace(long offset, int maxBytes, Isolation isolation) throws IOException {
    return read(offset, maxBytes, isolation, true);
  }

  private PacedRead read(long offset, int maxBytes, Isolation isolation, boolean atPace)
      throws IOException {
    while (true) {
      ReadResult fromMemory = tryReadTail(offset, maxBytes, isolation);
      if (fromMemory != null) {
        return new PacedRead.Found(fromMemory);
      }
      Bounds bounds = bounds(isolation);
      Optional<FileSlice> found = readFile(offset, maxBytes, bounds.limit, atPace);
      if (found.isPresent()) {
        return found.get().isCold()
            ? new PacedRead.Cold(found.get())
            : new PacedRead.Found(withAllElse(offset, maxBytes, found.get(), bounds));
      }
      // The segment writer is between publishing and dropping, or the log start moved: look again.
      Thread.onSpinWait();
    }
  }

  private ReadResult withAllElse(long offset, int maxBytes, FileSlice found, Bounds bounds)
      throws IOException {
    List<Slice> slices = withTail(found, maxBytes, bounds.limit);
    return bounds.committed
        ? committed(offset, slices, found, bounds)
        : bounds.batches(slices, List.of());
  }

  /// As [#read(long, int, Isolation)], for an event loop: null where a file must be waited for, or anything is not as usual.
  /// Who wants to know of aborted transactions must ask a reader.
  public @Nullable ReadResult tryReadAtHand(long offset, int maxBytes, Isolation isolation) {
    ReadResult fromMemory = tryReadTail(offset, maxBytes, isolation);
    if (fromMemory != null || isolation == Isolation.READ_COMMITTED) {
      return fromMemory;
    }
    Bounds bounds = bounds(isolation);
    try {
      return log.readAtHand(offset, maxBytes, bounds.limit)
          .map(file -> bounds.batches(withTail(file, maxBytes, bounds.limit), List.of()))
          .orElse(null);
    } catch (IOException e) {
      return null; // Who reads it is told.
    }
  }

  private ReadResult committed(long offset, List<Slice> slices, FileSlice file, Bounds bounds)
      throws IOException {
    try {
      long end = slices.size() > 1 ? Tail.nextOffset(slices) : file.nextOffset();
      long to = end >= 0 ? end : log.offsetBehind(offset, file);
      return bounds.batches(slices, abortedTransactions(offset, Math.min(to, bounds.limit)));
    } catch (IOException | RuntimeException e) {
      close(slices);
      throw e;
    }
  }

  private Bounds bounds(Isolation isolation) {
    // In this order: a stable offset is never above a high watermark that was looked at later.
    long lastStableOffset = stable.get();
    long highWatermark = mark.get();
    boolean committed = isolation == Isolation.READ_COMMITTED;
    return new Bounds(logStartOffset(), lastStableOffset, highWatermark, committed);
  }

  private static List<AbortedTransaction> concerning(
      List<AbortedTransaction> aborted, long fromOffset, long toOffset) {
    return aborted.stream()
        .filter(transaction -> transaction.concerns(fromOffset, toOffset))
        .toList();
  }

  /// The first record that is not older than this. Blocks.
  public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) throws IOException {
    while (true) {
      // The tail is looked up from where the segments ended before they were searched, so that no
      // batch that moves from one to the other meanwhile is missed.
      long from = log.nextOffset();
      long start = logStartOffset();
      Optional<TimestampedOffset> found = log.offsetForTimestamp(timestampMs, start);
      List<Slice> slices = found.isPresent() ? List.of() : tailFrom(from);
      if (slices != null) {
        try (ReadResult.Batches held = batches(slices, 0, 0)) {
          if (found.isEmpty()) {
            found = TailSearch.offsetForTimestamp(held.slices(), timestampMs, start);
          }
        }
        if (isKept(found)) {
          return found;
        }
      }
    }
  }

  /// Whether it is not below the start, which may have been raised meanwhile.
  private boolean isKept(Optional<TimestampedOffset> found) {
    return found.isEmpty() || found.get().offset() >= logStartOffset();
  }

  /// The first record of those with the largest timestamp. Blocks.
  public Optional<TimestampedOffset> maxTimestamp() throws IOException {
    while (true) {
      long from = log.nextOffset();
      long start = logStartOffset();
      Optional<TimestampedOffset> inSegments = log.maxTimestamp(start);
      List<Slice> slices = tailFrom(from);
      if (slices != null) {
        Optional<TimestampedOffset> inTail;
        try (ReadResult.Batches held = batches(slices, 0, 0)) {
          inTail = TailSearch.maxTimestamp(held.slices(), start);
        }
        boolean tail =
            inTail.isPresent()
                && (inSegments.isEmpty()
                    || inTail.get().timestampMs() > inSegments.get().timestampMs());
        Optional<TimestampedOffset> found = tail ? inTail : inSegments;
        if (isKept(found)) {
          return found;
        }
      }
    }
  }

  /// Who waits for records of this partition. A waiter is woken once, on the appender's thread: when the high
  /// watermark passes its offset, or when the partition goes.
  public FetchWaiters waiters() {
    return mark.waiters();
  }

  /// As [#waiters()], for readers of committed records: they wait for the last stable offset.
  public FetchWaiters waiters(Isolation isolation) {
    return switch (isolation) {
      case READ_UNCOMMITTED -> mark.waiters();
      case READ_COMMITTED -> stable.waiters();
    };
  }

  /// Tells every move of the high watermark, in order, on the appender's thread, until taken back.
  public AutoCloseable onHighWatermark(LongConsumer listener) {
    return mark.listen(listener);
  }

  /// Owned by the appender.
  AppendState appending() {
    return appending;
  }

  HighWatermark mark() {
    return mark;
  }

  HighWatermark stable() {
    return stable;
  }

  Transactions transactions() {
    return transactions;
  }

  Tail tail() {
    return tail;
  }

  /// Whether appends to it may use the disk's reserve.
  boolean mayUseReserve() {
    return topic.internal();
  }

  /// Whether there may be producers to forget.
  boolean knowsProducers() {
    return knowsProducers;
  }

  void knowsProducers(boolean some) {
    knowsProducers = some;
  }

  /// Nothing below this offset is kept, and that is durable. Called by the appender.
  void startsAt(long offset) {
    startOffset = offset;
  }

  /// What only retention asks: how old and large the segments are.
  PartitionLog log() {
    return log;
  }

  /// Goes by the topic as it is now; that is forced. Called by the appender.
  void configure(Topic changed) {
    appending.configure(changed.config());
    topic = changed;
  }

  /// Shows readers a higher leader epoch; it is forced now.
  void show(LeaderEpochs raised) {
    epochs = raised;
  }

  /// Ends the partition: appends and reads find it unknown, and who waits is woken.
  void delete() {
    deleted = true;
    mark.waiters().close();
    stable.waiters().close();
  }

  /// The file's batches, and what follows them in memory, as far as it fits: a reader that waits for so many bytes
  /// must not wait only because they lie in two places.
  private List<Slice> withTail(FileSlice file, int maxBytes, long limit) {
    List<Slice> slices = new ArrayList<>(List.of(new Slice.InFile(file)));
    int left = maxBytes - file.length();
    if (left > 0 && file.nextOffset() >= 0 && file.nextOffset() < limit) {
      List<Slice> more = tail.read(file.nextOffset(), left, limit);
      if (more != null && !more.isEmpty() && more.getFirst().sizeBytes() <= left) {
        slices.addAll(more);
      } else {
        close(more);
      }
    }
    return slices;
  }

  /// What is only in memory from `offset` on; null when segments hold the beginning of it by now. A partition that
  /// is going has nothing to show.
  private @Nullable List<Slice> tailFrom(long offset) {
    long highWatermark = mark.get();
    if (offset >= highWatermark || deleted) {
      return List.of();
    }
    List<Slice> slices = tail.read(offset, Integer.MAX_VALUE, highWatermark);
    if (slices == null || Tail.nextOffset(slices) < highWatermark) {
      // Batches went into a segment while we looked; before the end, none may be missed.
      close(slices);
      return null;
    }
    return slices;
  }

  private static void close(@Nullable List<Slice> slices) {
    if (slices != null) {
      slices.forEach(Slice::close);
    }
  }

  /// The files of a deleted partition may go at any moment: then there is nothing to read.
  private Optional<FileSlice> readFile(long offset, int maxBytes, long limit, boolean atPace)
      throws IOException {
    try {
      return atPace ? log.readAtPace(offset, maxBytes, limit) : log.read(offset, maxBytes, limit);
    } catch (IOException e) {
      if (deleted) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ReadResult.Batches batches(
      List<Slice> slices, long highWatermark, long startOffset) {
    return new ReadResult.Batches(slices, sizeBytes(slices), highWatermark, startOffset);
  }

  private static int sizeBytes(List<Slice> slices) {
    return slices.stream().mapToInt(Slice::sizeBytes).sum();
  }

  /// What a reader may see, as of one moment.
  ///
  /// @param limit where that ends
  private record Bounds(
      long startOffset, long lastStableOffset, long highWatermark, boolean committed, long limit) {
    private Bounds(long startOffset, long lastStableOffset, long highWatermark, boolean committed) {
      this(
          startOffset,
          lastStableOffset,
          highWatermark,
          committed,
          committed ? lastStableOffset : highWatermark);
    }

    /// Whether somebody may read from there, or wait there.
    private boolean hold(long offset) {
      return startOffset <= offset && offset <= highWatermark;
    }

    private ReadResult.Batches batches(List<Slice> slices, List<AbortedTransaction> aborted) {
      return new ReadResult.Batches(
          slices, sizeBytes(slices), highWatermark, lastStableOffset, startOffset, aborted);
    }
  }
}
