package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TopicId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ProducerStateTest {
  private static final long PRODUCER = 4711;

  private final ProducerState state = new ProducerState();

  @Test
  void followsAProducerFromBatchToBatch() {
    state.replay(batch(0, 0, 3, 100));

    assertEquals(new ProducerState.Verdict.InSequence(), state.check(batch(0, 3, 2, 0)));
    assertEquals(new ProducerState.Verdict.OutOfOrder(3), state.check(batch(0, 4, 2, 0)));
  }

  @Test
  void recognisesEachOfTheLastFiveBatches() {
    for (int i = 0; i < 7; i++) {
      state.replay(batch(0, i * 2, 2, 100 + i));
    }

    for (int i = 2; i < 7; i++) {
      assertEquals(
          new ProducerState.Verdict.Duplicate(100 + i), state.check(batch(0, i * 2, 2, 0)));
    }
    assertEquals(new ProducerState.Verdict.OutOfOrder(14), state.check(batch(0, 2, 2, 0)));
  }

  @Test
  void aNewEpochStartsAtZeroAndFencesTheOld() {
    state.replay(batch(3, 0, 1, 100));

    assertEquals(new ProducerState.Verdict.InSequence(), state.check(batch(4, 0, 1, 0)));
    assertEquals(new ProducerState.Verdict.OutOfOrder(0), state.check(batch(4, 5, 1, 0)));
    assertEquals(new ProducerState.Verdict.Fenced((short) 3), state.check(batch(2, 0, 1, 0)));
  }

  @Test
  void sequencesGoOnAtZeroBehindTheLargest() {
    state.replay(batch(0, Integer.MAX_VALUE - 1, 2, 100));
    assertEquals(new ProducerState.Verdict.InSequence(), state.check(batch(0, 0, 1, 0)));

    state.replay(batch(0, 0, 1, 102));
    assertEquals(
        new ProducerState.Verdict.Duplicate(100),
        state.check(batch(0, Integer.MAX_VALUE - 1, 2, 0)));
  }

  @Test
  void whatFollowsARefusedBatchInFlightDoesNotSlipInBeforeIt() {
    state.expect(batch(0, 0, 1, 0));

    assertEquals(new ProducerState.Verdict.OutOfOrder(0), state.check(batch(0, 1, 1, 0)));
    assertEquals(new ProducerState.Verdict.InSequence(), state.check(batch(0, 0, 1, 0)));
  }

  @Test
  void comesBackFromItsBytes() throws IOException {
    for (int i = 0; i < 7; i++) {
      state.replay(batch(1, i, 1, 100 + i));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.write(new DataOutputStream(bytes));

    ProducerState read =
        ProducerState.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), 3);

    assertEquals(new ProducerState.Verdict.Duplicate(104), read.check(batch(1, 4, 1, 0)));
    assertEquals(new ProducerState.Verdict.InSequence(), read.check(batch(1, 7, 1, 0)));
    assertEquals(new ProducerState.Verdict.OutOfOrder(7), read.check(batch(1, 8, 1, 0)));
  }

  @Test
  void readsWhatTheFirstFormatSaysOfAProducer() throws IOException {
    ProducerState read = decode(0x44427073 /* DBps */, out -> {});

    assertEquals(new ProducerState.Verdict.Duplicate(500), read.check(batch(4, 10, 2, 0)));
    assertEquals(new ProducerState.Verdict.InSequence(), read.check(batch(4, 12, 2, 0)));
    assertEquals(600, read.stableOffset(600));
  }

  @Test
  void readsWhatTheSecondFormatSaysOfAnOpenTransaction() throws IOException {
    ProducerState read =
        decode(
            0x44425032, // "DBP2"
            out -> {
              out.writeInt(3);
              out.writeLong(1_000);
              out.writeLong(499);
            });

    assertEquals(new ProducerState.Verdict.Duplicate(500), read.check(batch(4, 10, 2, 0)));
    assertEquals(Optional.of(new OpenTransaction(PRODUCER, (short) 4, 499)), read.open(PRODUCER));
  }

  /// A producers file with one producer, of which every format knew this much.
  private static ProducerState decode(int magic, Rest rest) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    PartitionId orders = new PartitionId(0, new TopicId(1, 2), 3);
    out.writeInt(magic);
    out.writeLong(77);
    out.writeInt(1);
    out.writeLong(orders.topic().mostSignificantBits());
    out.writeLong(orders.topic().leastSignificantBits());
    out.writeInt(orders.index());
    out.writeInt(1);
    out.writeLong(PRODUCER);
    out.writeShort(4);
    out.writeInt(12);
    out.writeByte(1);
    out.writeInt(10);
    out.writeInt(11);
    out.writeLong(500);
    rest.write(out);
    CRC32C crc = new CRC32C();
    crc.update(bytes.toByteArray());
    out.writeInt((int) crc.getValue());
    return Objects.requireNonNull(
        ProducersFile.decode(bytes.toByteArray(), 0, 77).orElseThrow().get(orders));
  }

  /// What a later format adds.
  private interface Rest {
    void write(DataOutputStream out) throws IOException;
  }

  private static RecordBatch batch(int epoch, int firstSequence, int records, long baseOffset) {
    RecordBatchBuilder builder =
        RecordBatchBuilder.uncompressed()
            .producer(PRODUCER, (short) epoch, firstSequence)
            .at(baseOffset, 0);
    for (int i = 0; i < records; i++) {
      builder.append(1L, null, ByteBuffer.wrap(new byte[] {(byte) i}));
    }
    return RecordBatch.at(builder.build(), 0);
  }
}
