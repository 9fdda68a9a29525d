package dev.daybook.eventlog.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Damaged bytes are known as such, and undamaged ones are not touched by looking.
class BatchCheckTest {

  @ParameterizedTest
  @EnumSource
  void findsAnyFlippedBitBehindTheAssignedFields(Compression compression) {
    ByteBuffer batch = batch(compression);
    for (int i = RecordBatch.MAGIC_AT; i < batch.limit(); i++) {
      for (int bit = 0; bit < 8; bit++) {
        flip(batch, i, bit);
        assertInstanceOf(BatchCheck.Damaged.class, RecordBatches.check(batch), "byte " + i);
        flip(batch, i, bit);
      }
    }
    assertInstanceOf(BatchCheck.Ok.class, RecordBatches.check(batch));
  }

  @Test
  void findsAnyFlippedBitInTheLength() {
    ByteBuffer batch = batch(Compression.NONE);
    for (int i = RecordBatch.LENGTH_AT; i < RecordBatch.LEADER_EPOCH_AT; i++) {
      for (int bit = 0; bit < 8; bit++) {
        flip(batch, i, bit);
        assertInstanceOf(BatchCheck.Damaged.class, RecordBatches.check(batch), "byte " + i);
        flip(batch, i, bit);
      }
    }
  }

  @Test
  void findsBytesThatAreMissingOrTooMany() {
    ByteBuffer batch = batch(Compression.NONE);
    for (int sizeBytes = 0; sizeBytes < batch.limit(); sizeBytes++) {
      assertInstanceOf(BatchCheck.Damaged.class, RecordBatches.check(batch.slice(0, sizeBytes)));
    }
    ByteBuffer longer = ByteBuffer.allocate(batch.limit() + 1).put(batch.duplicate()).rewind();
    assertInstanceOf(BatchCheck.Damaged.class, RecordBatches.check(longer));
  }

  @Test
  void findsACountThatIsNotTheLastOffsetDeltaAndOne() {
    for (int count : new int[] {-1, 0, 1, 3, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      ByteBuffer batch = batch(Compression.NONE);
      batch.putInt(RecordBatch.RECORD_COUNT_AT, count);
      batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, batch.limit()));
      BatchCheck.Damaged damaged =
          assertInstanceOf(BatchCheck.Damaged.class, RecordBatches.check(batch));
      assertEquals(
          "the batch counts " + count + " records where its last offset delta is 1",
          damaged.reason());
    }
  }

  @Test
  void givesABatchItsPlaceWithoutTouchingItsChecksum() {
    ByteBuffer two = ByteBuffer.allocate(1_000);
    two.put(batch(Compression.NONE));
    int second = two.position();
    two.put(batch(Compression.GZIP)).flip();

    RecordBatch.assign(two, second, 1L << 40, 7);

    assertInstanceOf(BatchCheck.Ok.class, RecordBatches.check(two));
    List<RecordBatch> batches = new ArrayList<>();
    RecordBatches.in(two).forEach(batches::add);
    assertEquals(0, batches.getFirst().baseOffset());
    assertEquals((1L << 40) + 1, batches.getLast().lastOffset());
    assertEquals(7, batches.getLast().partitionLeaderEpoch());
  }

  @Test
  void refusesToWalkOverBytesThatWereNotChecked() {
    ByteBuffer batch = batch(Compression.NONE);
    batch.putInt(RecordBatch.LENGTH_AT, -12);
    assertThrows(IllegalArgumentException.class, () -> RecordBatches.in(batch).iterator().next());
  }

  private static ByteBuffer batch(Compression compression) {
    return RecordBatchBuilder.compressed(compression)
        .append(1_000, null, ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .append(2_000, ByteBuffer.wrap(new byte[] {4}), null)
        .build();
  }

  private static void flip(ByteBuffer bytes, int index, int bit) {
    bytes.put(index, (byte) (bytes.get(index) ^ (1 << bit)));
  }
}
