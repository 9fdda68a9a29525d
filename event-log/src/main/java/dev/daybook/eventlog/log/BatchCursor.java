package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Walks from batch to batch through a segment's file, reading headers. Each must carry on where the one before it
/// ended: this is how damage outside a batch's CRC is known. Used by one thread.
final class BatchCursor {
  /// Enough for a walk between two entries of an index.
  static final int SHORT_WALK_BYTES = 8 << 10;

  /// For a walk through a whole segment.
  static final int LONG_WALK_BYTES = 256 << 10;

  private final DiskFile file;
  private final long endPosition;
  private Place next;
  private Place current;
  private ByteBuffer window;
  private long windowPosition;

  /// A cursor before the batch at `start`.
  ///
  /// @param endPosition where the last batch ends
  BatchCursor(DiskFile file, Place start, long endPosition, int windowBytes) {
    this.file = file;
    this.next = start;
    this.current = start;
    this.endPosition = endPosition;
    this.window = ByteBuffer.allocate(windowBytes).limit(0);
  }

  /// Goes on to the next batch, if there is one.
  ///
  /// @throws CorruptLogException when what stands there is not the batch that must
  boolean next() throws IOException {
    if (next.position() >= endPosition) {
      return false;
    }
    current = next;
    show(RecordBatch.HEADER_BYTES);
    RecordBatch header = header();
    long sizeBytes = (long) header.sizeBytes();
    if (header.magic() != RecordBatch.MAGIC || sizeBytes < RecordBatch.HEADER_BYTES) {
      throw damaged("no record batch begins here");
    }
    if (sizeBytes > endPosition - current.position()) {
      throw damaged(
          "a batch claims %d bytes where %d are left"
              .formatted(sizeBytes, endPosition - current.position()));
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
        return;
      }
    }
    throw new CorruptLogException(
        file.path(),
        endPosition,
        "the segment ends before offset %d, which it must hold".formatted(offset));
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
    show(header().sizeBytes());
    RecordBatch batch = header();
    if (batch.check() instanceof BatchCheck.Damaged damaged) {
      throw damaged(damaged.reason());
    }
    return batch;
  }

  /// Brings so many bytes of the current batch into the window.
  private void show(int bytes) throws IOException {
    long from = current.position();
    if (from >= windowPosition && from + bytes <= windowPosition + window.limit()) {
      return;
    }
    if (bytes > window.capacity()) {
      window = ByteBuffer.allocate(bytes);
    }
    window.clear();
    window.limit((int) Math.min(window.capacity(), endPosition - from));
    windowPosition = from;
    int read = file.read(window, from);
    window.flip();
    if (read < bytes) {
      throw damaged("the file ends where a batch of %d bytes or more must be".formatted(bytes));
    }
  }

  private CorruptLogException damaged(String damage) {
    return new CorruptLogException(file.path(), current.position(), damage);
  }
}
