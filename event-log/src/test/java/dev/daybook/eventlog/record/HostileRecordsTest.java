package dev.daybook.eventlog.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import net.jpountz.lz4.LZ4FrameOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.Snappy;

/// A batch may carry a right checksum over anything. Reading it ends with its records or with one kind of exception,
/// and keeps no more memory than the cap allows.
class HostileRecordsTest {
  private static final OutputCap CAP = new OutputCap(8 << 20, 100);

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void stopsAtABomb(Compression compression) throws IOException {
    // One record that claims 1.5 GiB, all zeros: some kilobytes when packed.
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream target = compression.pack(packed)) {
      ByteArrayOutputStream length = new ByteArrayOutputStream();
      Varint.write(3 << 29, length);
      length.writeTo(target);
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 48; i++) {
        target.write(zeros);
      }
    }

    assertMalformed("cannot be unpacked", batch(compression, packed.toByteArray(), 1));
  }

  /// 6 bytes each, and 100 times that as objects: small when packed, and when unpacked, and a full heap when kept.
  @ParameterizedTest
  @EnumSource
  void stopsAtMoreRecordsThanMayBeKept(Compression compression) throws IOException {
    int count = 200_000;
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(0);
      Varint.write(0, body);
      Varint.write(i, body);
      Varint.write(-1, body);
      Varint.write(-1, body);
      Varint.write(0, body);
      Varint.write(body.size(), records);
      body.writeTo(records);
    }

    assertMalformed(
        "would take more than",
        batch(compression, pack(compression, records.toByteArray()), count));
  }

  @ParameterizedTest
  @EnumSource
  void stopsAtMoreHeadersThanMayBeKept(Compression compression) throws IOException {
    int count = 200_000;
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.write(new byte[] {0, 0, 0, 1, 1}); // attributes, both deltas, no key, no value
    Varint.write(count, body);
    body.write(new byte[2 * count]);
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    Varint.write(body.size(), record);
    body.writeTo(record);

    assertMalformed(
        "claims 200000 headers", batch(compression, pack(compression, record.toByteArray()), 1));
  }

  /// The library says so with a RuntimeException.
  @Test
  void endsWhereLz4FindsAFlagThatNobodySets() {
    byte[] reserved = {4, 34, 77, 24, (byte) 0xb5, 0x50, 0x50, 0x50, 0x50, 0x54, 0x50, 0x50, 0x79};

    assertMalformed("cannot be unpacked", batch(Compression.LZ4, reserved, 1));
  }

  @Test
  void doesNotReserveWhatASnappyBlockClaims() {
    byte[] claimsTwoGigabytes = {-1, -1, -1, -1, 7, 0};
    assertMalformed("claims to become", batch(Compression.SNAPPY, claimsTwoGigabytes, 1));

    ByteBuffer framed = ByteBuffer.allocate(30).putLong(0x82534e4150505900L).putInt(1).putInt(1);
    framed.putInt(Integer.MAX_VALUE);
    assertMalformed("block claims 2147483647 bytes", batch(Compression.SNAPPY, framed.array(), 1));
  }

  @Test
  void readsOneBareSnappyBlockAsLibrdkafkaSendsIt() throws IOException {
    byte[] records = records(3);

    ByteBuffer batch = batch(Compression.SNAPPY, Snappy.compress(records), 3);

    assertEquals(3, RecordReader.read(RecordBatch.at(batch, 0), CAP).size());
  }

  @Test
  void refusesAZstdWindowAboveEightMebibytes() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZstdOutputStreamNoFinalizer target = new ZstdOutputStreamNoFinalizer(packed)) {
      target.setLong(27);
      target.write(records(3));
    }

    assertMalformed("unpacked", batch(Compression.ZSTD, packed.toByteArray(), 3));
  }

  @Test
  void seesOfLz4WhatKafkasClientsSee() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int frame = 0; frame < 2; frame++) {
      try (OutputStream target = new LZ4FrameOutputStream(packed)) {
        target.write(records(1));
      }
    }

    ByteBuffer batch = batch(Compression.LZ4, packed.toByteArray(), 1);

    assertEquals(1, RecordReader.read(RecordBatch.at(batch, 0), CAP).size());
  }

  @ParameterizedTest
  @EnumSource
  void findsACountThatIsNotWhatTheBatchHolds(Compression compression) throws IOException {
    byte[] packed = pack(compression, records(5));

    assertMalformed("more records than it counts", batch(compression, packed, 4));
    assertThrows(MalformedRecordsException.class, () -> read(batch(compression, packed, 6)));
    assertThrows(
        MalformedRecordsException.class, () -> read(batch(compression, packed, Integer.MAX_VALUE)));
    assertEquals(5, read(batch(compression, packed, 5)).size());
  }

  @ParameterizedTest
  @EnumSource
  void endsWhereverTheRecordsAreCutOff(Compression compression) throws IOException {
    byte[] records = records(3);
    for (int sizeBytes = 0; sizeBytes < records.length; sizeBytes++) {
      byte[] packed = pack(compression, java.util.Arrays.copyOf(records, sizeBytes));
      assertThrows(MalformedRecordsException.class, () -> read(batch(compression, packed, 3)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsWhateverByteOfTheRecordsIsAnother(Compression compression) throws IOException {
    int refused = 0;
    for (int seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      boolean before = compression != Compression.NONE && random.nextBoolean();
      byte[] bytes = before ? records(4) : pack(compression, records(4));
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        read(batch(compression, before ? pack(compression, bytes) : bytes, 4));
      } catch (MalformedRecordsException e) {
        refused++;
      }
    }
    assertTrue(refused > 500, "only " + refused + " refused");
  }

  @Test
  void refusesVarintsThatDoNotEnd() {
    byte[] endless = new byte[20];
    java.util.Arrays.fill(endless, (byte) 0xff);
    assertMalformed("longer than 5 bytes", batch(Compression.NONE, endless, 1));
  }

  private static void assertMalformed(String reason, ByteBuffer batch) {
    MalformedRecordsException e = assertThrows(MalformedRecordsException.class, () -> read(batch));
    assertTrue(e.toString().contains(reason), e::toString);
  }

  private static List<LogRecord> read(ByteBuffer batch) throws MalformedRecordsException {
    return RecordReader.read(RecordBatch.at(batch, 0), CAP);
  }

  /// The records part of a batch of so many small records.
  private static byte[] records(int count) {
    RecordBatchBuilder builder = RecordBatchBuilder.uncompressed();
    for (int i = 0; i < count; i++) {
      builder.append(
          1_000 + i,
          ByteBuffer.wrap(new byte[] {1}),
          ByteBuffer.wrap(new byte[10]),
          List.of(new RecordHeader("h", ByteBuffer.wrap(new byte[2]))));
    }
    ByteBuffer batch = builder.build();
    byte[] records = new byte[batch.limit() - RecordBatch.HEADER_BYTES];
    batch.get(RecordBatch.HEADER_BYTES, records);
    return records;
  }

  private static byte[] pack(Compression compression, byte[] records) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream target = compression.pack(packed)) {
      target.write(records);
    }
    return packed.toByteArray();
  }

  /// A batch with a right header and checksum around any payload.
  private static ByteBuffer batch(Compression compression, byte[] payload, int count) {
    ByteBuffer one =
        RecordBatchBuilder.uncompressed().append(1_000, null, ByteBuffer.allocate(1)).build();
    ByteBuffer batch = ByteBuffer.allocate(RecordBatch.HEADER_BYTES + payload.length);
    batch.put(one.slice(0, RecordBatch.HEADER_BYTES)).put(payload).flip();
    batch.putInt(RecordBatch.LENGTH_AT, batch.limit() - RecordBatch.LENGTH_OVERHEAD_BYTES);
    batch.putShort(RecordBatch.ATTRIBUTES_AT, (short) compression.id());
    batch.putInt(RecordBatch.LAST_OFFSET_DELTA_AT, count - 1);
    batch.putInt(RecordBatch.RECORD_COUNT_AT, count);
    batch.putInt(RecordBatch.CRC_AT, RecordBatch.crcOf(batch, 0, batch.limit()));
    return batch;
  }
}
