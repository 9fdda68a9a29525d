package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Readers look into segments without asking the high watermark, so no segment may be ahead of it: a reader that was
/// shown more would ask for an offset beyond the mark next, and hear that it is out of range.
class MarkBeforeSegmentTest {
  @Test
  void noReaderIsShownWhatTheMarkHasNotPassed() throws IOException {
    SteppedShard stepped = new SteppedShard();
    Partition first = stepped.create("first");
    Partition second = stepped.create("second");
    stepped.append(first, stepped.batch(10));
    stepped.append(second, stepped.batch(10));
    stepped.step();
    List<Long> shownBeyondTheMark = new ArrayList<>();
    AutoCloseable unused =
        first.onHighWatermark(mark -> shownBeyondTheMark.add(shownBeyondMark(stepped, second)));

    stepped.append(first, stepped.batch(10));
    stepped.append(second, stepped.batch(10));
    stepped.step();

    assertEquals(List.of(0L), shownBeyondTheMark);
  }

  /// What a reader is shown while one partition's mark has moved and the other's has not, and the segment writer is quick.
  private static long shownBeyondMark(SteppedShard stepped, Partition partition) {
    try {
      stepped.shard.segmentWriter().drain();
      try (ReadResult.Batches found =
          assertInstanceOf(ReadResult.Batches.class, partition.read(0, 1 << 20))) {
        return nextOffset(found.slices().getLast()) - partition.highWatermark();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long nextOffset(Slice slice) throws IOException {
    ByteBuffer bytes = slice.read();
    int at = bytes.position();
    while (at + RecordBatch.at(bytes, at).sizeBytes() < bytes.limit()) {
      at += RecordBatch.at(bytes, at).sizeBytes();
    }
    return RecordBatch.at(bytes, at).nextOffset();
  }
}
