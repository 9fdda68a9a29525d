package dev.daybook.eventlog.partition;

import static dev.daybook.eventlog.partition.CompactionScene.lines;
import static dev.daybook.eventlog.partition.CompactionScene.read;
import static dev.daybook.eventlog.partition.CompactionScene.table;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.log.SealedSegment;
import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A compacted topic keeps the last record of each key, at its offset, and in time nothing else.
class CompactionTest {
  private static final String END = "the last segment grows=on";

  private final CompactionScene scene;
  private final Partition partition;

  CompactionTest() throws IOException {
    scene = new CompactionScene();
    partition = scene.topic();
  }

  @Test
  void keepsTheLastRecordOfEachKeyAtItsOffset() throws IOException {
    scene.append(partition, "a", "1", "b", "1", "a", "2");
    scene.append(partition, "c", "1");
    scene.roll();
    scene.append(partition, "b", "2", "d", "1");

    scene.compact(partition);

    assertEquals(List.of("2:a=2", "3:c=1", "4:b=2", "5:d=1", "6:" + END), lines(read(partition)));
    assertEquals(7, partition.highWatermark());
    assertEquals(0, partition.logStartOffset(), "compaction moves no start");
  }

  @ParameterizedTest
  @EnumSource(Compression.class)
  void rewritesBatchesInTheCodecTheyHad(Compression codec) throws IOException {
    RecordBatchBuilder batch = RecordBatchBuilder.compressed(codec);
    for (int i = 0; i < 100; i++) {
      scene.put(batch, "key " + i % 10, "value " + i);
    }
    scene.append(partition, batch);

    scene.compact(partition);

    List<LogRecord> kept = read(partition);
    assertEquals(11, kept.size());
    for (int i = 0; i < 10; i++) {
      assertEquals(90 + i, kept.get(i).offset());
      assertEquals("value " + (90 + i), CompactionScene.text(kept.get(i).value()));
    }
    List<Compression> codecs = new ArrayList<>();
    CompactionScene.forEachBatch(partition, b -> codecs.add(b.compression()));
    assertEquals(codec, codecs.getFirst());
  }

  @Test
  void keepsATombstoneForItsGraceAndNoLonger() throws IOException {
    scene.append(partition, "a", "1", "b", "1");
    scene.append(partition, "a", null);
    scene.compact(partition);
    assertEquals(List.of("1:b=1", "2:a=null", "3:" + END), lines(read(partition)));

    scene.stepped.clock.advance(CompactionScene.GRACE.minusMinutes(1));
    scene.clean();
    assertEquals(List.of("1:b=1", "2:a=null", "3:" + END), lines(read(partition)));

    scene.stepped.clock.advance(Duration.ofMinutes(2));
    scene.clean();
    assertEquals(List.of("1:b=1", "3:" + END), lines(read(partition)), "nothing new was needed");
  }

  @Test
  void aDateSetAMonthAheadTakesNoTombstone() throws IOException {
    writeATombstone();
    scene.compact(partition);
    scene.stepped.clock.setWallMs(scene.stepped.clock.wallMs() + Duration.ofDays(30).toMillis());

    scene.clean();
    assertTrue(isTombstoneThere());

    // In three minutes the clock believes more than an hour.
    scene.stepped.clock.advance(Duration.ofMinutes(3));
    scene.clean();
    assertFalse(isTombstoneThere());
  }

  @Test
  void aTombstoneFoundUnderADateInThePastHasItsGraceWhenTheDateIsSetRight() throws IOException {
    writeATombstone();
    long wrongByMs = Duration.ofDays(30).toMillis();
    scene.roll();
    scene.append(partition, "the last segment grows", "on");
    scene.stepped.shard.checkpointer().checkpointNow();
    scene.stepped.clock.setWallMs(scene.stepped.clock.wallMs() - wrongByMs);
    scene.clean();
    assertEquals(1, scene.stepped.shard.background().cleaned().cleanings());
    scene.stepped.clock.setWallMs(scene.stepped.clock.wallMs() + wrongByMs);

    scene.clean();

    assertTrue(isTombstoneThere());
  }

  @Test
  void aTombstoneFoundByAMachineThatWasOffForAMonthHasItsWholeGrace() throws IOException {
    writeATombstone();
    scene.stepped.shard.close();
    scene.stepped.clock.advance(Duration.ofDays(30));
    CompactionScene next = scene.again(scene.stepped.disk, scene.stepped.clock, 2);
    Partition found = next.stepped.partition("table");
    next.compact(found);

    next.stepped.clock.advance(CompactionScene.GRACE.minusMinutes(2));
    next.clean();

    assertTrue(lines(read(found)).contains("2:a=null"));
  }

  private void writeATombstone() throws IOException {
    scene.append(partition, "a", "1", "b", "1");
    scene.append(partition, "a", null);
  }

  private boolean isTombstoneThere() throws IOException {
    return lines(read(partition)).contains("2:a=null");
  }

  @Test
  void aTombstonesTimeStaysThatOfItsProducer() throws IOException {
    long writtenMs = scene.stepped.clock.wallMs();
    scene.append(partition, "a", null);
    scene.roll();
    scene.compact(partition);

    List<Long> horizons = new ArrayList<>();
    CompactionScene.forEachBatch(
        partition, batch -> batch.deleteHorizonMs().ifPresent(horizons::add));
    assertEquals(1, horizons.size());
    assertEquals(writtenMs, read(partition).getFirst().timestampMs());
  }

  @Test
  void joinsSmallNeighboursAndRunsOfOffsetsThatNothingHolds() throws IOException {
    for (int i = 0; i < 20; i++) {
      scene.append(partition, "a", "value " + i);
      scene.roll();
    }
    scene.compact(partition);

    assertEquals(2, partition.log().segmentCount());
    List<Long> counts = new ArrayList<>();
    partition.log().forEachBatch(0, batch -> counts.add((long) batch.recordCount()));
    assertEquals(List.of(0L, 1L, 1L), counts, "one empty batch for nineteen offsets");
    List<Long> fetched = new ArrayList<>();
    CompactionScene.forEachBatch(partition, batch -> fetched.add(batch.baseOffset()));
    assertEquals(List.of(19L, 20L), fetched, "a fetch begins with a record");
  }

  @Test
  void aCleanedSegmentHasAProofThatHolds() throws IOException {
    for (int i = 0; i < 20; i++) {
      scene.append(partition, "key " + i % 3, "value " + i);
      scene.roll();
    }
    scene.compact(partition);

    SealedSegment cleaned = partition.log().sealedSegments().getFirst();
    assertTrue(cleaned.footer().orElseThrow().proof().isPresent());
    assertEquals(3, cleaned.footer().orElseThrow().proof().orElseThrow().records());
    Scrub scrub =
        scene.stepped.shard.background().scrub(new ScrubPace(1 << 30, Duration.ofDays(1)));
    for (int i = 0; i < 20; i++) {
      scene.stepped.clock.advance(Duration.ofSeconds(15));
      scrub.doWork();
    }
    assertEquals(0, scene.stepped.shard.background().scrubbed().damaged());
    assertFalse(partition.damage().isOpen());
  }

  @Test
  void aReaderKeepsTheBytesItHoldsAndFindsTheNewOnesNext() throws IOException {
    scene.append(partition, "a", "1", "b", "1");
    scene.roll();
    scene.append(partition, "a", "2");
    scene.roll();
    scene.append(partition, "the last segment grows", "on");
    scene.stepped.shard.checkpointer().checkpointNow();
    try (ReadResult.Batches held = (ReadResult.Batches) partition.read(0, 10_000)) {
      byte[] before = bytes(held);
      scene.clean();
      assertEquals(List.of("1:b=1", "2:a=2", "3:" + END), lines(read(partition)));
      assertEquals(
          java.util.Arrays.toString(before), java.util.Arrays.toString(bytes(held)), "held bytes");
    }
    assertEquals(1, files(".log").stream().filter(name -> name.contains("-1.log")).count());
    assertEquals(2, files(".log").size(), "the old ones are unlinked");
  }

  @Test
  void whatTheMapCannotHoldTakesMorePasses() throws IOException {
    CompactionScene small =
        new CompactionScene(
            scene.stepped, new CleanerSettings(1 << 30, 1024, Duration.ofSeconds(1)));
    Map<String, String> expected = new HashMap<>();
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 60; i++) {
      RecordBatchBuilder batch = RecordBatchBuilder.uncompressed();
      for (int j = 0; j < 10; j++) {
        String key = "key " + random.nextInt(150);
        expected.put(key, i + " " + j);
        small.put(batch, key, i + " " + j);
      }
      small.append(partition, batch);
    }
    small.compact(partition);

    List<LogRecord> kept = read(partition);
    assertEquals(expected.size() + 1, kept.size());
    expected.put("the last segment grows", "on");
    assertEquals(expected, table(kept));
  }

  @Test
  void keepsTheLastSequenceOfAProducerOfWhichNoRecordIsLeft() throws IOException {
    scene.append(partition, producer(7, 0, "a", "1"));
    scene.append(partition, producer(7, 1, "a", "2"));
    scene.roll();
    scene.append(partition, "a", "3");
    scene.compact(partition);

    List<String> producers = new ArrayList<>();
    partition
        .log()
        .forEachBatch(
            0,
            batch -> {
              if (batch.producerId() >= 0) {
                producers.add(batch.baseSequence() + " " + batch.recordCount());
              }
            });
    assertEquals(List.of("1 0"), producers);
    ProducerState rebuilt = new ProducerState();
    partition.log().forEachBatch(0, rebuilt::replay);
    RecordBatch next = RecordBatch.at(producer(7, 2, "a", "4").build(), 0);
    assertEquals(new ProducerState.Verdict.InSequence(), rebuilt.check(next));
    RecordBatch late = RecordBatch.at(producer(7, 4, "a", "4").build(), 0);
    assertEquals(new ProducerState.Verdict.OutOfOrder(2), rebuilt.check(late));
  }

  @Test
  void isTheSameAfterAnotherStart() throws IOException {
    for (int i = 0; i < 20; i++) {
      scene.append(partition, "key " + i % 3, "value " + i);
      scene.roll();
    }
    scene.compact(partition);
    List<String> before = lines(read(partition));
    scene.stepped.shard.close();

    SteppedShard next =
        new SteppedShard(scene.stepped.disk, scene.stepped.clock, new java.util.Random(2));
    assertEquals(before, lines(read(next.partition("table"))));
    assertEquals(2, files(".log").size());
  }

  private RecordBatchBuilder producer(long id, int sequence, String key, String value) {
    RecordBatchBuilder batch = RecordBatchBuilder.uncompressed().producer(id, (short) 0, sequence);
    return scene.put(batch, key, value);
  }

  private static byte[] bytes(ReadResult.Batches batches) throws IOException {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (Slice slice : batches.slices()) {
      java.nio.ByteBuffer bytes = slice.read();
      byte[] copy = new byte[bytes.remaining()];
      bytes.get(copy);
      all.writeBytes(copy);
    }
    return all.toByteArray();
  }

  private List<String> files(String ending) throws IOException {
    Path directory = Path.of("/data/shard-0/partitions").resolve(partition.id().directoryName());
    return scene.stepped.disk.list(directory).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.endsWith(ending))
        .toList();
  }
}
