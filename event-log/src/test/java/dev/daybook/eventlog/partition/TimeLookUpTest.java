package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.log.TimestampedOffset;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// Looking for a time in batches, wherever they lie.
class TimeLookUpTest {

  @Test
  void aBatchThatNobodyCanOpenAnswersTheSameFromMemoryAndFromItsFile() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    scene.append(partition, unopenable(1_000));
    scene.shard.appender().doWork();

    Optional<TimestampedOffset> inMemory = partition.offsetForTimestamp(900);
    Optional<TimestampedOffset> youngestInMemory = partition.maxTimestamp();
    scene.shard.segmentWriter().drain();

    assertEquals(Optional.of(new TimestampedOffset(1_000, 0)), inMemory);
    assertEquals(inMemory, partition.offsetForTimestamp(900));
    assertEquals(youngestInMemory, partition.maxTimestamp());
    scene.shard.close();
  }

  /// A batch that says it is compressed by gzip, and is not. Its checksum is right.
  private static ByteBuffer unopenable(long timestampMs) {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(timestampMs, null, ByteBuffer.allocate(50))
            .build();
    int crcAt = 17;
    int attributesAt = 21;
    batch.putShort(attributesAt, (short) 1);
    CRC32C crc = new CRC32C();
    crc.update(batch.slice(attributesAt, batch.limit() - attributesAt));
    batch.putInt(crcAt, (int) crc.getValue());
    assertInstanceOf(BatchCheck.Ok.class, RecordBatch.at(batch, 0).check());
    return batch;
  }
}
