package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What an earlier process wrote is verified before it is handed out: a reader gets the bytes that were written, or is
/// told that they are not there, whatever bit has flipped.
class ColdReadTest {
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final LogScene scene = new LogScene(disk, Path.of("/data"), 11, 300);
  private LogEnd end;

  @BeforeEach
  void writeASealedSegmentAndOneThatGrows() throws IOException {
    disk.createDirectories(Path.of("/data"));
    scene.append(5);
    scene.roll();
    scene.append(3);
    scene.log.force();
    end = scene.log.end();
    scene.log.close();
  }

  @Test
  void handsOutNoWrongByteWhateverBitFlips() throws IOException {
    flipEveryBit(41);
  }

  @Test
  @Tag("ci")
  void handsOutNoWrongByteWhateverBitFlipsOfAll() throws IOException {
    flipEveryBit(5);
  }

  private void flipEveryBit(int step) throws IOException {
    int refused = 0;
    int flipped = 0;
    for (long baseOffset : List.of(0L, end.segmentBaseOffset())) {
      Path file = scene.file(baseOffset, ".log");
      long bits = (disk.contents().get(file)).length * 8L;
      for (long bit = 0; bit < bits; bit += step) {
        disk.flipBit(file, bit / 8, (int) (bit % 8));
        open();
        refused += readAll("bit " + bit + " of " + file);
        flipped++;
        scene.log.close();
        forgetWhatWasFound();
        disk.flipBit(file, bit / 8, (int) (bit % 8));
      }
    }
    // All but those in the footer.
    assertTrue(refused > flipped * 9 / 10, refused + " of " + flipped + " were noticed");
  }

  @Test
  void handsOutWhatComesBeforeADamagedBatchAndWhatComesBehind() throws IOException {
    List<ByteBuffer> batches = scene.model.batches();
    int position = batches.get(0).remaining() + batches.get(1).remaining();
    disk.flipBit(scene.file(0, ".log"), position + 70, 0);
    open();

    ByteBuffer before = scene.read(0, Integer.MAX_VALUE).orElseThrow();
    assertEquals(position, before.remaining(), "up to the damage, though more was asked for");
    RecordBatch damaged = ModelLog.batch(batches.get(2));
    CorruptLogException refused =
        assertThrows(CorruptLogException.class, () -> scene.read(damaged.baseOffset(), 1_000));
    assertTrue(refused.getMessage().contains("byte " + position), refused::getMessage);
    assertTrue(scene.log.damage().at(damaged.lastOffset()).isPresent());
    scene.assertSameRead(damaged.nextOffset(), 1_000);
  }

  @Test
  void findsTheBatchBehindOneWhoseHeaderClaimsItsOffsets() throws IOException {
    RecordBatch behind = ModelLog.batch(scene.model.batches().get(1));
    // The highest byte but one of the last offset delta: some 32,000 records more.
    disk.flipBit(scene.file(0, ".log"), 25, 7);
    open();

    scene.assertSameRead(behind.baseOffset(), 1);
    scene.assertSameRead(behind.lastOffset(), 1);
    assertThrows(CorruptLogException.class, () -> scene.read(0, 1));
  }

  @Test
  void verifiesAPieceAtATimeAndNothingTwice() throws IOException {
    LogScene large = new LogScene(disk, Path.of("/large"), 1, 4096);
    disk.createDirectories(Path.of("/large"));
    List<ByteBuffer> batches = List.of(batch(0, 700_000), batch(1, 700_000), batch(2, 700_000));
    large.log.append(0, batches, large.policy);
    int sizeBytes = batches.getFirst().remaining();
    large.log.force();
    LogEnd mark = large.log.end();
    large.log.close();
    large.open(mark);

    assertEquals(2 * sizeBytes, large.read(0, 3 * sizeBytes).orElseThrow().remaining());
    Path file = large.file(0, ".log");
    disk.flipBit(file, sizeBytes + 100, 3);
    assertEquals(3 * sizeBytes, large.read(0, 3 * sizeBytes).orElseThrow().remaining());
    large.log.append(3, List.of(batch(3, 100)), large.policy);
    disk.flipBit(file, 3 * sizeBytes + 100, 3);
    assertEquals(batch(3, 100).remaining(), large.read(3, 1_000).orElseThrow().remaining());
  }

  @Test
  void joinsWhatWasVerified() throws IOException {
    open();
    List<ByteBuffer> batches = scene.model.batches();
    SegmentFile file = new SegmentFile(disk, scene.file(0, ".log"), batch -> true);
    ColdBytes cold = new ColdBytes(file, 1 << 20);
    Place segmentEnd = new Place(end.segmentBaseOffset(), contentBytes());
    Place[] places = new Place[5];
    long position = 0;
    for (int i = 0; i < places.length; i++) {
      places[i] = new Place(ModelLog.batch(batches.get(i)).baseOffset(), position);
      position += batches.get(i).remaining();
    }
    for (int from : new int[] {3, 0, 1, 2}) {
      long to = places[from + 1].position();
      assertEquals(to, cold.verifiedEnd(file.hold(), places[from], to, segmentEnd));
    }
    assertEquals(1, cold.rangeCount());
    assertEquals(
        places[4].position(),
        cold.verifiedEnd(file.hold(), places[0], places[4].position(), segmentEnd));
  }

  /// Reads from every batch on, a little and much, and compares.
  ///
  /// @return 1 when something was refused
  private int readAll(String what) throws IOException {
    int refused = 0;
    for (int maxBytes : new int[] {400, Integer.MAX_VALUE}) {
      for (ByteBuffer bytes : scene.model.batches()) {
        long offset = ModelLog.batch(bytes).baseOffset();
        try {
          ByteBuffer read = scene.read(offset, maxBytes).orElseThrow();
          ByteBuffer meant = scene.model.read(offset, maxBytes).orElseThrow();
          assertEquals(meant.slice(0, read.remaining()), read, what + ", offset " + offset);
        } catch (CorruptLogException _) {
          refused = 1;
        }
      }
    }
    return refused;
  }

  private void open() throws IOException {
    scene.open(end);
    scene.log.expectEpochs(offset -> 0);
  }

  private void forgetWhatWasFound() throws IOException {
    for (String name : List.of("damage", "%020d.index".formatted(0))) {
      Path file = scene.directory.resolve(name);
      if (disk.exists(file)) {
        disk.delete(file);
      }
    }
  }

  private long contentBytes() {
    return scene.model.bytes().remaining() - end.segmentPosition();
  }

  private static ByteBuffer batch(long offset, int bytes) {
    return RecordBatchBuilder.uncompressed()
        .at(offset, 0)
        .append(1_000, null, ByteBuffer.allocate(bytes))
        .build();
  }
}
