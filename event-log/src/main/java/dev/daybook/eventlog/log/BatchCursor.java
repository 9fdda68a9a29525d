package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;

/// Walks from batch to batch through a segment's file, reading headers. Each must carry on where the one before it
/// ended: this is how damage outside a batch's CRC is known. Used by one thread.
///
/// A walk from whole batch to whole batch ([#nextWhole()]) goes on behind damage. Where the walk is broken, a batch counts only
/// when it is whole and what follows it carries on in turn, or when it ends exactly where the segment does: so neither a
/// damaged base offset nor a record that imitates a batch is taken for one.
final class BatchCursor {
  /// Enough for a walk between two entries of an index.
  static final int SHORT_WALK_BYTES = 8 << 10;

  /// For a walk through a whole segment.
  static final int LONG_WALK_BYTES = 256 << 10;

  /// Nobody reserves more memory than this for what a header claims before the checksum says that it is true.
  private static final int LARGE_BYTES = 1 << 20;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final WalkedBytes file;
  private final Predicate<RecordBatch> rightEpoch;
  private final Place end;
  private final long reach;
  private final int windowBytes;
  private Place next;
  private Place current;
  private ByteBuffer window = NOTHING;
  private long windowPosition;

  /// A cursor before the batch at `start`.
  ///
  /// @param rightEpoch whether a batch has the leader epoch that it must, which its checksum does not tell
  /// @param end where the last batch ends
  BatchCursor(
      WalkedBytes file,
      Predicate<RecordBatch> rightEpoch,
      Place start,
      Place end,
      int windowBytes) {
    this(file, rightEpoch, start, end, Long.MAX_VALUE, windowBytes);
  }

  private BatchCursor(
      WalkedBytes file,
      Predicate<RecordBatch> rightEpoch,
      Place start,
      Place end,
      long reach,
      int windowBytes) {
    this.file = file;
    this.rightEpoch = rightEpoch;
    this.next = start;
    this.current = start;
    this.end = end;
    this.reach = reach;
    this.windowBytes = windowBytes;
  }

  /// The same walk for who must not wait: what is to be read behind `position`, where nobody has asked what is in memory, counts
  /// as damaged. By headers only.
  BatchCursor readingUpTo(long position) {
    return new BatchCursor(file, rightEpoch, next, end, position, windowBytes);
  }

  /// A walk like this one, from another place.
  BatchCursor from(Place start) {
    return new BatchCursor(file, rightEpoch, start, end, reach, windowBytes);
  }

  /// Goes on to the next batch, if there is one.
  ///
  /// @throws CorruptLogException when what stands there is not the batch that must
  boolean next() throws IOException {
    if (next.position() >= end.position()) {
      return false;
    }
    current = next;
    show(RecordBatch.HEADER_BYTES);
    RecordBatch header = header();
    long sizeBytes = (long) header.sizeBytes();
    if (header.magic() != RecordBatch.MAGIC || sizeBytes < RecordBatch.HEADER_BYTES) {
      throw damaged("no record batch begins here");
    }
    if (sizeBytes > end.position() - current.position()) {
      throw damaged(
          "a batch claims %d bytes where %d are left"
              .formatted(sizeBytes, end.position() - current.position()));
    }
    if (header.baseOffset() != current.offset() || header.lastOffsetDelta() < 0) {
      throw damaged(
          "a batch of offsets %d to %d stands where %d must follow"
              .formatted(header.baseOffset(), header.lastOffset(), current.offset()));
    }
    next = new Place(header.nextOffset(), current.position() + sizeBytes);
    return true;
  }

  /// Goes on to the batch that holds this offset.
  ///
  /// @throws CorruptLogException when the walk does not come by it
  void seek(long offset) throws IOException {
    while (next()) {
      if (offset < next.offset()) {
        if (offset > current.offset()) {
          requireCarriedOn();
        }
        return;
      }
    }
    throw new CorruptLogException(
        file.path(),
        end.position(),
        "the segment ends before offset %d, which it must hold".formatted(offset));
  }

  /// Goes on to the next batch that is whole and undamaged, past what is not. What was passed shows: this batch's base
  /// offset is not where the one before it ended.
  boolean nextWhole() throws IOException {
    Place expected = next;
    try {
      if (!next()) {
        return false;
      }
      batch();
      return true;
    } catch (CorruptLogException e) {
      current = expected;
      Place found = new WholeBatches(file, rightEpoch, end).behind(expected);
      if (found == null) {
        next = end;
        return false;
      }
      next = found;
      current = found;
      show(RecordBatch.HEADER_BYTES);
      next = new Place(header().nextOffset(), found.position() + header().sizeBytes());
      return true;
    }
  }

  /// Goes on to the next batch by its header, past what does not lead on.
  boolean nextReadable() throws IOException {
    try {
      return next();
    } catch (CorruptLogException e) {
      return nextWhole();
    }
  }

  /// Whether the current batch is undamaged.
  boolean isWhole() throws IOException {
    try {
      batch();
      return true;
    } catch (CorruptLogException e) {
      return false;
    }
  }

  /// A batch that claims an offset by what its header says of its end must be followed by one that begins there.
  private void requireCarriedOn() throws IOException {
    boolean carriedOn = next.offset() == end.offset();
    if (next.position() < end.position()) {
      requireInReach(next.position() + Long.BYTES);
      ByteBuffer following = ByteBuffer.allocate(Long.BYTES);
      carriedOn =
          file.read(following, next.position()) == Long.BYTES
              && following.getLong(0) == next.offset();
    }
    if (!carriedOn) {
      throw damaged("what follows does not begin at offset %d".formatted(next.offset()));
    }
  }

  /// Where the current batch begins.
  Place place() {
    return current;
  }

  /// Where the current batch ends.
  Place end() {
    return next;
  }

  /// The current batch's header; what stands behind it may not be asked for. Good until the cursor moves.
  RecordBatch header() {
    return RecordBatch.at(window, (int) (current.position() - windowPosition));
  }

  /// The current batch, whole and undamaged. Good until the cursor moves.
  ///
  /// @throws CorruptLogException when its checksum tells otherwise
  RecordBatch batch() throws IOException {
    int sizeBytes = header().sizeBytes();
    if (sizeBytes > LARGE_BYTES
        && !new WholeBatches(file, rightEpoch, end).isWholeAt(current.position())) {
      throw damaged("a batch claims %d bytes, and its checksum is another".formatted(sizeBytes));
    }
    show(sizeBytes);
    RecordBatch batch = header();
    if (batch.checkStored() instanceof BatchCheck.Damaged damaged) {
      throw damaged(damaged.reason());
    }
    if (!rightEpoch.test(batch)) {
      throw damaged("the leader epoch is not the one that was current then");
    }
    return batch;
  }

  /// Brings so many bytes of the current batch into the window.
  private void show(int bytes) throws IOException {
    long from = current.position();
    if (from >= windowPosition && from + bytes <= windowPosition + window.limit()) {
      return;
    }
    requireInReach(from + bytes);
    // Also behind a large batch no more than this: what follows may still be on the disk.
    long most = Math.min(end.position(), reach) - from;
    int wanted = (int) Math.min(Math.max(bytes, windowBytes), most);
    if (wanted > window.capacity()) {
      window = ByteBuffer.allocate(wanted);
    }
    window.clear().limit(wanted);
    windowPosition = from;
    int read = file.read(window, from);
    window.flip();
    if (read < bytes) {
      throw damaged("the file ends where a batch of %d bytes or more must be".formatted(bytes));
    }
  }

  private void requireInReach(long to) throws CorruptLogException {
    if (to > reach) {
      throw damaged("what stands behind byte %d may not be looked at here".formatted(reach));
    }
  }

  private CorruptLogException damaged(String damage) {
    return new CorruptLogException(file.path(), current.position(), damage);
  }
}
