package dev.daybook.eventlog.partition;

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
import java.util.Optional;
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
  private final Tail tail = new Tail();
  private volatile long startOffset;
  private volatile LeaderEpochs epochs;
  private volatile boolean deleted;

  Partition(
      PartitionId id, Topic topic, PartitionLog log, AppendState appending, LeaderEpochs epochs) {
    this.id = id;
    this.topic = topic;
    this.log = log;
    this.appending = appending;
    this.epochs = epochs;
    this.mark = new HighWatermark(appending.nextOffset());
  }

  public PartitionId id() {
    return id;
  }

  /// The topic as it is now: its settings may change, and it may get more partitions.
  public Topic topic() {
    return topic;
  }

  /// The offset behind the last record that is forced to disk. Readers never pass it.
  public long highWatermark() {
    return mark.get();
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

  /// Reads what is in memory, or needs no file to be answered; null when a file must be read. May be
  /// called on an event loop.
  public @Nullable ReadResult tryReadTail(long offset, int maxBytes) {
    if (deleted) {
      return new ReadResult.UnknownPartition();
    }
    try {
      return readTail(log.readableFrom(offset), maxBytes);
    } catch (CorruptLogException e) {
      // Who reads the file is told.
      return null;
    }
  }

  private @Nullable ReadResult readTail(long offset, int maxBytes) {
    long highWatermark = mark.get();
    long startOffset = logStartOffset();
    if (offset < startOffset || offset > highWatermark) {
      return new ReadResult.OffsetOutOfRange(highWatermark, startOffset);
    }
    if (offset == highWatermark) {
      return new ReadResult.Batches(List.of(), 0, highWatermark, startOffset);
    }
    if (offset < log.nextOffset()) {
      return null;
    }
    List<Slice> slices = tail.read(offset, maxBytes, highWatermark);
    return slices == null ? null : batches(slices, highWatermark, startOffset);
  }

  /// Reads whole batches from `offset` on, at least one even when it is larger than `maxBytes`. Where a loss was accepted
  /// the first batch is the next there is. Blocks; call it on a reader's thread.
  ///
  /// @throws CorruptLogException when the records there are damaged
  public ReadResult read(long offset, int maxBytes) throws IOException {
    while (true) {
      ReadResult fromMemory = tryReadTail(offset, maxBytes);
      if (fromMemory != null) {
        return fromMemory;
      }
      long highWatermark = mark.get();
      Optional<FileSlice> found = readFile(offset, maxBytes);
      if (found.isPresent()) {
        return batches(
            withTail(found.get(), maxBytes, highWatermark), highWatermark, logStartOffset());
      }
      // The segment writer is between publishing and dropping, or the log start moved: look again.
      Thread.onSpinWait();
    }
  }

  /// The first record that is not older than this. Blocks.
  public Optional<TimestampedOffset> offsetForTimestamp(long timestampMs) throws IOException {
    while (true) {
      // The tail is looked up from where the segments ended before they were searched, so that no
      // batch that moves from one to the other meanwhile is missed.
      long from = log.nextOffset();
      Optional<TimestampedOffset> found = log.offsetForTimestamp(timestampMs);
      if (found.isPresent()) {
        return found.map(this::notBelowStart);
      }
      List<Slice> slices = tailFrom(from);
      if (slices != null) {
        try (ReadResult.Batches held = batches(slices, 0, 0)) {
          return TailSearch.offsetForTimestamp(held.slices(), timestampMs).map(this::notBelowStart);
        }
      }
    }
  }

  /// While the segments follow a start that was raised, a search may find what is gone by now: whoever goes on at the
  /// start misses nothing.
  private TimestampedOffset notBelowStart(TimestampedOffset found) {
    return new TimestampedOffset(found.timestampMs(), Math.max(found.offset(), logStartOffset()));
  }

  /// The first record of those with the largest timestamp. Blocks.
  public Optional<TimestampedOffset> maxTimestamp() throws IOException {
    List<Slice> slices;
    Optional<TimestampedOffset> inSegments;
    do {
      long from = log.nextOffset();
      inSegments = log.maxTimestamp();
      slices = tailFrom(from);
    } while (slices == null);
    Optional<TimestampedOffset> inTail;
    try (ReadResult.Batches held = batches(slices, 0, 0)) {
      inTail = TailSearch.maxTimestamp(held.slices());
    }
    boolean tail =
        inTail.isPresent()
            && (inSegments.isEmpty()
                || inTail.get().timestampMs() > inSegments.get().timestampMs());
    return (tail ? inTail : inSegments).map(this::notBelowStart);
  }

  /// Who waits for records of this partition. A waiter is woken once, on the appender's thread: when the high
  /// watermark passes its offset, or when the partition goes.
  public FetchWaiters waiters() {
    return mark.waiters();
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

  Tail tail() {
    return tail;
  }

  /// Whether appends to it may use the disk's reserve.
  boolean mayUseReserve() {
    return topic.internal();
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
  }

  /// The file's batches, and what follows them in memory, as far as it fits: a reader that waits for so many bytes
  /// must not wait only because they lie in two places.
  private List<Slice> withTail(FileSlice file, int maxBytes, long highWatermark) {
    List<Slice> slices = new ArrayList<>(List.of(new Slice.InFile(file)));
    int left = maxBytes - file.length();
    if (left > 0 && file.nextOffset() >= 0 && file.nextOffset() < highWatermark) {
      List<Slice> more = tail.read(file.nextOffset(), left, highWatermark);
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
  private Optional<FileSlice> readFile(long offset, int maxBytes) throws IOException {
    try {
      return log.read(offset, maxBytes);
    } catch (IOException e) {
      if (deleted) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static ReadResult.Batches batches(
      List<Slice> slices, long highWatermark, long startOffset) {
    int size = slices.stream().mapToInt(Slice::sizeBytes).sum();
    return new ReadResult.Batches(slices, size, highWatermark, startOffset);
  }
}
