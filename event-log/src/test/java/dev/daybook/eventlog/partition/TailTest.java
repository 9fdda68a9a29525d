package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TailTest {
  private final Tail tail = new Tail();

  @Test
  void hasNothingForAnOffsetBehindAGap() {
    tail.add(0, batch(0), Lease.COLLECTED);
    tail.add(2, batch(2), Lease.COLLECTED);

    assertNull(tail.read(1, 1_000, 3));
    assertEquals(1, size(tail.read(0, 1_000, 3)));
  }

  @Test
  void whoReadsWhileBatchesAreDroppedNeverMissesOne() {
    AtomicLong added = new AtomicLong();
    CompletableFuture<Void> writing =
        CompletableFuture.runAsync(
            () -> {
              for (long offset = 0; offset < 200_000; offset++) {
                tail.add(offset, batch(offset), Lease.COLLECTED);
                added.set(offset + 1);
                if (offset % 3 == 0) {
                  tail.dropBelow(offset - 1);
                }
              }
            });

    while (!writing.isDone()) {
      long highWatermark = added.get();
      long asked = Math.max(0, highWatermark - 3);
      List<Slice> found = asked < highWatermark ? tail.read(asked, 1_000, highWatermark) : null;
      long next = asked;
      for (Slice slice : found == null ? List.<Slice>of() : found) {
        RecordBatch batch = RecordBatch.at(((Slice.Memory) slice).bytes(), 0);
        assertEquals(next, batch.baseOffset());
        next = batch.nextOffset();
      }
    }
    writing.join();
  }

  private static int size(List<Slice> slices) {
    return slices.size();
  }

  private static ByteBuffer batch(long offset) {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed().append(0, null, ByteBuffer.allocate(1)).build();
    RecordBatch.assign(batch, 0, offset, 0);
    return batch;
  }
}
