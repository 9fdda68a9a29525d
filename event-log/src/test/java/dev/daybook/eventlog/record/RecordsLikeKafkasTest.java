package dev.daybook.eventlog.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What Kafka's client writes we read, and what we write it reads: record by record, field by field.
class RecordsLikeKafkasTest {
  private static final int ROUNDS = 60;

  @ParameterizedTest
  @EnumSource
  void readsWhatKafkaWrites(Compression compression) throws IOException {
    for (int seed = 0; seed < ROUNDS; seed++) {
      List<LogRecord> records = RandomRecords.of(seed);
      ByteBuffer bytes = writtenByKafka(compression, records);
      RecordBatch batch = RecordBatch.at(bytes, bytes.position());

      assertInstanceOf(BatchCheck.Ok.class, RecordBatches.check(bytes), "seed " + seed);
      assertEquals(records, RecordReader.read(batch), "seed " + seed);
      assertSameHeader(kafkas(bytes), batch);
    }
  }

  @ParameterizedTest
  @EnumSource
  void writesWhatKafkaReads(Compression compression) {
    for (int seed = 0; seed < ROUNDS; seed++) {
      List<LogRecord> records = RandomRecords.of(seed);
      ByteBuffer bytes = RandomRecords.build(compression, records, seed);
      var batch = kafkas(bytes);

      batch.ensureValid();
      assertEquals(records, readByKafka(batch), "seed " + seed);
      assertSameHeader(batch, RecordBatch.at(bytes, 0));
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheLogsTimeToRecordsThatTheLogDates(Compression compression) throws IOException {
    ByteBuffer bytes =
        RecordBatchBuilder.compressed(compression)
            .logAppendTime()
            .append(5, null, ByteBuffer.allocate(3))
            .append(9, null, ByteBuffer.allocate(3))
            .append(7, null, ByteBuffer.allocate(3))
            .build();

    List<LogRecord> records = RecordReader.read(RecordBatch.at(bytes, 0));

    assertEquals(List.of(9L, 9L, 9L), records.stream().map(LogRecord::timestampMs).toList());
    assertEquals(readByKafka(kafkas(bytes)), records);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void endsTransactionsAsKafkaDoes(boolean commit) {
    TransactionMarker marker = new TransactionMarker(4711, (short) 5, 6, commit);
    ByteBuffer kafkas =
        MemoryRecords.withEndTransactionMarker(
                1_700_000_000_000L,
                4711,
                (short) 5,
                new EndTransactionMarker(
                    commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, 6))
            .buffer();

    ByteBuffer ours = marker.batch(1_700_000_000_000L);

    assertEquals(kafkas, ours);
    assertEquals(TransactionMarker.BATCH_BYTES, ours.remaining());
    assertEquals(marker, TransactionMarker.of(RecordBatch.at(kafkas, 0)).orElseThrow());
  }

  private static ByteBuffer writtenByKafka(Compression compression, List<LogRecord> records) {
    LogRecord first = records.getFirst();
    MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(1024),
            org.apache.kafka.common.compress.Compression.of(CompressionType.forId(compression.id()))
                .build(),
            org.apache.kafka.common.record.TimestampType.CREATE_TIME,
            first.offset());
    for (LogRecord record : records) {
      builder.append(record.timestampMs(), record.key(), record.value(), kafkas(record.headers()));
    }
    return builder.build().buffer();
  }

  private static Header[] kafkas(List<RecordHeader> headers) {
    RecordHeaders kafkas = new RecordHeaders();
    headers.forEach(header -> kafkas.add(header.key(), bytes(header.value())));
    return kafkas.toArray();
  }

  private static org.apache.kafka.common.record.internal.MutableRecordBatch kafkas(
      ByteBuffer bytes) {
    return MemoryRecords.readableRecords(bytes).batches().iterator().next();
  }

  private static List<LogRecord> readByKafka(
      org.apache.kafka.common.record.internal.RecordBatch batch) {
    List<LogRecord> records = new ArrayList<>();
    for (Record record : batch) {
      List<RecordHeader> headers =
          Arrays.stream(record.headers())
              .map(header -> new RecordHeader(header.key(), wrap(header.value())))
              .toList();
      records.add(
          new LogRecord(
              record.offset(), record.timestamp(), record.key(), record.value(), headers));
    }
    return records;
  }

  private static void assertSameHeader(
      org.apache.kafka.common.record.internal.MutableRecordBatch kafkas, RecordBatch ours) {
    assertEquals(kafkas.baseOffset(), ours.baseOffset());
    assertEquals(kafkas.lastOffset(), ours.lastOffset());
    assertEquals(kafkas.nextOffset(), ours.nextOffset());
    assertEquals(kafkas.sizeInBytes(), ours.sizeBytes());
    assertEquals(kafkas.partitionLeaderEpoch(), ours.partitionLeaderEpoch());
    assertEquals(kafkas.magic(), ours.magic());
    assertEquals(kafkas.checksum(), ours.crc());
    assertEquals(kafkas.compressionType().id, ours.compression().id());
    assertEquals(kafkas.timestampType().name(), ours.timestampType().name());
    assertEquals(kafkas.isTransactional(), ours.isTransactional());
    assertEquals(kafkas.isControlBatch(), ours.isControl());
    assertEquals(kafkas.maxTimestamp(), ours.maxTimestampMs());
    assertEquals(kafkas.producerId(), ours.producerId());
    assertEquals(kafkas.producerEpoch(), ours.producerEpoch());
    assertEquals(kafkas.baseSequence(), ours.baseSequence());
    assertEquals(kafkas.lastSequence(), ours.lastSequence());
    assertEquals(kafkas.countOrNull(), ours.recordCount());
  }

  private static byte @Nullable [] bytes(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }
}
