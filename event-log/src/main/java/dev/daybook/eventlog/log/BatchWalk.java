package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Goes from batch to batch through segments that follow each other, one step at a time, holding one file open. Damage ends
/// it. Used by one thread.
final class BatchWalk implements AutoCloseable {
  private final List<Segment> segments;
  private final long fromOffset;
  private final int windowBytes;
  private int nextSegment;
  private @Nullable Segment segment;
  private @Nullable DiskFile held;
  private @Nullable BatchCursor cursor;

  /// @param fromOffset the first batch is the one that holds it, or the first there is behind it
  /// @param windowBytes read at once: few for headers alone
  BatchWalk(List<Segment> segments, long fromOffset, int windowBytes) {
    this.segments = segments;
    this.fromOffset = fromOffset;
    this.windowBytes = windowBytes;
  }

  /// Goes on to the next batch, if there is one.
  ///
  /// @throws CorruptLogException when it is not what must stand there
  boolean next() throws IOException {
    while (true) {
      BatchCursor at = cursor;
      if (at == null) {
        if (nextSegment == segments.size()) {
          return false;
        }
        open(segments.get(nextSegment++));
      } else if (!at.next()) {
        close();
      } else if (at.end().offset() > fromOffset) {
        return true;
      }
    }
  }

  /// The segment of the current batch.
  Segment segment() {
    return Objects.requireNonNull(segment);
  }

  /// The current batch's header. Good until the walk goes on.
  RecordBatch header() {
    return cursor().header();
  }

  /// The current batch, found whole. Good until the walk goes on.
  RecordBatch batch() throws IOException {
    return cursor().batch();
  }

  /// Where the walk has come to, for who wants to say where damage is.
  long offset() {
    BatchCursor at = cursor;
    return at == null ? fromOffset : at.end().offset();
  }

  @Override
  public void close() throws IOException {
    Segment open = segment;
    boolean isHeld = held != null;
    cursor = null;
    held = null;
    if (open != null && isHeld) {
      open.view().file().release();
    }
  }

  private void open(Segment next) throws IOException {
    SegmentView view = next.view();
    segment = next;
    DiskFile file = view.file().hold();
    held = file;
    cursor = view.cursorTo(file, fromOffset, windowBytes);
  }

  private BatchCursor cursor() {
    return Objects.requireNonNull(cursor);
  }
}
