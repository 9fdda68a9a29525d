package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

/// What becomes of the dates in a Produce request: what a record may be dated, and who may say that the log has dated it.
class ProduceDatesTest extends ProduceScene {
  @Test
  void aRecordFromTheFutureHasAnInvalidTimestamp() throws IOException {
    long tomorrow = System.currentTimeMillis() + 86_400_000L;
    MemoryRecords early =
        MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord(tomorrow, new byte[1], new byte[1]));

    assertEquals(Errors.INVALID_TIMESTAMP, error(produce("orders", 0, early)));
  }

  @Test
  void eachRecordWithAWrongDateIsNamed() throws IOException {
    create("recent", "message.timestamp.before.max.ms", "60000");
    long now = System.currentTimeMillis();
    MemoryRecords mixed =
        MemoryRecords.withRecords(
            Compression.lz4().build(),
            new SimpleRecord(now, new byte[1], new byte[1]),
            new SimpleRecord(now + 86_400_000L, new byte[1], new byte[1]),
            new SimpleRecord(now, new byte[1], new byte[1]),
            new SimpleRecord(now + 86_400_001L, new byte[1], new byte[1]));
    MemoryRecords old =
        MemoryRecords.withRecords(
            Compression.NONE, new SimpleRecord(now - 70_000, new byte[1], new byte[1]));

    PartitionProduceResponse refused = produce("recent", 0, mixed);
    PartitionProduceResponse tooOld = produce("recent", 0, old);

    assertEquals(Errors.INVALID_TIMESTAMP, error(refused));
    assertEquals(
        List.of(1, 3),
        refused.recordErrors().stream()
            .map(ProduceResponseData.BatchIndexAndErrorMessage::batchIndex)
            .toList());
    assertTrue(
        refused.errorMessage().startsWith("One or more records have been rejected due to"),
        refused.errorMessage());
    assertTrue(
        refused.recordErrors().getFirst().batchIndexErrorMessage().contains("is out of range"));
    assertEquals(Errors.INVALID_TIMESTAMP, error(tooOld));
    assertEquals(0, tooOld.recordErrors().getFirst().batchIndex());
  }

  @Test
  void aProducersClaimThatTheLogDatedItsBatchIsTakenFromIt() throws IOException {
    ByteBuffer claiming = withAttribute(0x08, "v");
    long sentAt = claiming.getLong(27);

    assertEquals(Errors.NONE, error(produce("orders", 0, claiming)));

    RecordBatch kept = fetch("orders").batches().iterator().next();
    assertEquals(TimestampType.CREATE_TIME, kept.timestampType());
    assertTrue(kept.isValid());
    assertEquals(sentAt, kept.iterator().next().timestamp());
  }

  @Test
  void whereTheLogDatesNobodyElseClaimsThatItDid() throws IOException {
    create("dated", "message.timestamp.type", "LogAppendTime");
    ByteBuffer undated = withAttribute(0x08, "v");
    undated.putLong(27, -1).putLong(35, -1);

    PartitionProduceResponse refused = produce("dated", 0, withAttribute(0x08, "v"));
    PartitionProduceResponse dateless = produce("orders", 0, withCrc(undated));

    for (PartitionProduceResponse answer : List.of(refused, dateless)) {
      assertEquals(Errors.INVALID_TIMESTAMP, error(answer));
      assertEquals(1, answer.recordErrors().size());
    }
  }
}
