package dev.daybook.compatibility.differential;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// How to make the bytes of a Produce request's records, on either side.
///
/// @param flaw what is made wrong in it afterwards
/// @param codec of its records
/// @param records how many
/// @param keyed whether they have keys
/// @param valueBytes how long each value is
/// @param timestamp of the first record; the others follow by a millisecond each
/// @param producer number of the producer, -1 for none
/// @param epoch the producer's
/// @param sequence of the first record
/// @param transactional whether it belongs to a transaction
record BatchRecipe(
    Flaw flaw,
    CompressionType codec,
    int records,
    boolean keyed,
    int valueBytes,
    long timestamp,
    int producer,
    int epoch,
    int sequence,
    boolean transactional) {

  /// What can be wrong with a batch that was well made.
  enum Flaw {
    NONE,
    WRONG_CRC,
    WRONG_MAGIC,
    CUT_SHORT,
    LENGTH_TOO_LARGE,
    LENGTH_NEGATIVE,
    COUNT_TOO_LARGE,
    COUNT_ZERO,
    LAST_OFFSET_DELTA_TOO_LARGE,
    CONTROL_BIT,
    BASE_OFFSET_SET,
    LOG_APPEND_TIME_BIT,
    UNKNOWN_CODEC,
    TRANSACTIONAL_WITHOUT_PRODUCER,
    MAX_TIMESTAMP_WRONG,
    TWO_BATCHES,
    EMPTY
  }

  private static final int LENGTH_AT = 8;
  private static final int MAGIC_AT = 16;
  private static final int CRC_AT = 17;
  private static final int ATTRIBUTES_AT = 21;
  private static final int LAST_DELTA_AT = 23;
  private static final int MAX_TIMESTAMP_AT = 35;
  private static final int COUNT_AT = 57;

  static BatchRecipe plain(int records, long timestamp) {
    return new BatchRecipe(
        Flaw.NONE, CompressionType.NONE, records, true, 12, timestamp, -1, -1, -1, false);
  }

  BatchRecipe with(Flaw newFlaw) {
    return new BatchRecipe(
        newFlaw,
        codec,
        records,
        keyed,
        valueBytes,
        timestamp,
        producer,
        epoch,
        sequence,
        transactional);
  }

  BatchRecipe by(int newProducer, int newEpoch, int newSequence) {
    return new BatchRecipe(
        flaw,
        codec,
        records,
        keyed,
        valueBytes,
        timestamp,
        newProducer,
        newEpoch,
        newSequence,
        transactional);
  }

  BatchRecipe in(CompressionType newCodec) {
    return new BatchRecipe(
        flaw,
        newCodec,
        records,
        keyed,
        valueBytes,
        timestamp,
        producer,
        epoch,
        sequence,
        transactional);
  }

  BatchRecipe keyed(boolean newKeyed) {
    return new BatchRecipe(
        flaw,
        codec,
        records,
        newKeyed,
        valueBytes,
        timestamp,
        producer,
        epoch,
        sequence,
        transactional);
  }

  BatchRecipe sized(int newValueBytes) {
    return new BatchRecipe(
        flaw,
        codec,
        records,
        keyed,
        newValueBytes,
        timestamp,
        producer,
        epoch,
        sequence,
        transactional);
  }

  BatchRecipe at(long newTimestamp) {
    return new BatchRecipe(
        flaw,
        codec,
        records,
        keyed,
        valueBytes,
        newTimestamp,
        producer,
        epoch,
        sequence,
        transactional);
  }

  BatchRecipe inTransaction() {
    return new BatchRecipe(
        flaw, codec, records, keyed, valueBytes, timestamp, producer, epoch, sequence, true);
  }

  /// The bytes for the side whose names these are.
  ByteBuffer bytes(Symbols symbols) {
    long producerId = producer < 0 ? RecordBatch.NO_PRODUCER_ID : symbols.producer(producer);
    ByteBuffer good =
        MemoryRecords.withRecords(
                RecordBatch.MAGIC_VALUE_V2,
                0,
                Compression.of(codec).build(),
                TimestampType.CREATE_TIME,
                producerId,
                (short) epoch,
                sequence,
                -1,
                transactional,
                content())
            .buffer();
    ByteBuffer own = ByteBuffer.allocate(good.remaining()).put(good.duplicate()).flip();
    return spoil(own);
  }

  private SimpleRecord[] content() {
    SimpleRecord[] content = new SimpleRecord[records];
    for (int at = 0; at < records; at++) {
      byte[] key = keyed ? ("key-" + at % 3).getBytes(StandardCharsets.UTF_8) : null;
      byte[] value = new byte[valueBytes];
      for (int index = 0; index < valueBytes; index++) {
        value[index] = (byte) ('a' + (index * 7 + at) % 26);
      }
      Header[] headers =
          at % 2 == 0
              ? new Header[0]
              : new Header[] {new RecordHeader("h", new byte[] {1, (byte) at})};
      content[at] = new SimpleRecord(timestamp + at, key, value, headers);
    }
    return content;
  }

  private ByteBuffer spoil(ByteBuffer batch) {
    return switch (flaw) {
      case NONE -> batch;
      case WRONG_CRC -> batch.putInt(CRC_AT, batch.getInt(CRC_AT) + 1);
      case WRONG_MAGIC -> batch.put(MAGIC_AT, (byte) 3);
      case CUT_SHORT -> batch.limit(batch.limit() - 3);
      case LENGTH_TOO_LARGE -> batch.putInt(LENGTH_AT, batch.getInt(LENGTH_AT) + 100);
      case LENGTH_NEGATIVE -> batch.putInt(LENGTH_AT, -5);
      case COUNT_TOO_LARGE -> sealed(batch.putInt(COUNT_AT, records + 1));
      case COUNT_ZERO -> sealed(batch.putInt(COUNT_AT, 0));
      case LAST_OFFSET_DELTA_TOO_LARGE -> sealed(batch.putInt(LAST_DELTA_AT, records + 5));
      case CONTROL_BIT -> withAttributes(batch, 0x20);
      case BASE_OFFSET_SET -> batch.putLong(0, 77);
      case LOG_APPEND_TIME_BIT -> withAttributes(batch, 0x08);
      case UNKNOWN_CODEC -> withAttributes(batch, 0x07);
      case TRANSACTIONAL_WITHOUT_PRODUCER -> withAttributes(batch, 0x10);
      case MAX_TIMESTAMP_WRONG -> sealed(batch.putLong(MAX_TIMESTAMP_AT, timestamp + 100_000));
      case TWO_BATCHES ->
          ByteBuffer.allocate(2 * batch.limit())
              .put(batch.duplicate())
              .put(batch.duplicate())
              .flip();
      case EMPTY -> ByteBuffer.allocate(0);
    };
  }

  private static ByteBuffer withAttributes(ByteBuffer batch, int bits) {
    return sealed(batch.putShort(ATTRIBUTES_AT, (short) (batch.getShort(ATTRIBUTES_AT) | bits)));
  }

  private static ByteBuffer sealed(ByteBuffer batch) {
    CRC32C crc = new CRC32C();
    crc.update(batch.slice(ATTRIBUTES_AT, batch.limit() - ATTRIBUTES_AT));
    return batch.putInt(CRC_AT, (int) crc.getValue());
  }
}
