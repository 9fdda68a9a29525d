package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Records that are too old or too many go, by whole segments, and no others. See [RetentionScene] for what must hold
/// whatever the date says and wherever the power fails.
class RetentionTest {
  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final SteppedShard scene = open();

  @Test
  void neverRemovesWhatIsYoungerThanTheLimitWhateverTheDateSaysAndWhereverPowerFails()
      throws IOException {
    runScenes(0, 100);
  }

  @Test
  @Tag("ci")
  void neverRemovesWhatIsYoungerThanTheLimitInAThousandRuns() throws IOException {
    runScenes(10_000, 1_000);
  }

  @Test
  @Tag("long")
  void neverRemovesWhatIsYoungerThanTheLimitInManyRuns() throws IOException {
    runScenes(1_000_000, 100_000);
  }

  @Test
  void keepsEverythingByDefault() throws IOException {
    Partition partition = scene.create("orders", Map.of("segment.ms", "1"));
    append(partition, 0);
    append(partition, 10);

    check(Duration.ofDays(10_000));

    assertEquals(0, partition.logStartOffset());
  }

  @Test
  void asksAnAppenderThatWaitsOnlyOnce() throws IOException {
    Partition partition =
        scene.create("orders", Map.of("retention.ms", "86400000", "segment.ms", "1000"));
    append(partition, scene.clock.wallMs());
    scene.clock.advance(Duration.ofDays(10));
    append(partition, scene.clock.wallMs());
    scene.clock.advance(Duration.ofHours(12));

    assertEquals(1, scene.shard.retention().doWork());
    scene.clock.advance(Duration.ofHours(1));
    assertEquals(0, scene.shard.retention().doWork(), "it is not answered yet");
    scene.step();
    assertEquals(1, partition.logStartOffset());
  }

  @Test
  void removesSegmentsWhoseYoungestRecordIsTooOldAndRollsWhenAllIs() throws IOException {
    Partition partition =
        scene.create("orders", Map.of("retention.ms", "86400000", "segment.ms", "1000"));
    append(partition, scene.clock.wallMs());
    scene.clock.advance(Duration.ofSeconds(40_000));
    append(partition, scene.clock.wallMs());

    check(Duration.ofSeconds(50_000));
    assertEquals(1, partition.logStartOffset());

    check(Duration.ofSeconds(90_000));
    assertEquals(2, partition.logStartOffset());
    assertEquals(0, partition.sizeBytes());
    append(partition, scene.clock.wallMs());
    assertInstanceOf(ReadResult.Batches.class, partition.read(2, 1));
  }

  @Test
  void aRecordDatedAheadOrWithoutDateKeepsItsSegment() throws IOException {
    Map<String, String> settings =
        Map.of(
            "retention.ms",
            "1000",
            "segment.ms",
            Long.toString(Long.MAX_VALUE),
            "message.timestamp.after.max.ms",
            Long.toString(Long.MAX_VALUE));
    Partition ahead = scene.create("ahead", settings);
    Partition undated = scene.create("undated", settings);
    append(ahead, scene.clock.wallMs());
    append(ahead, scene.clock.wallMs() + Duration.ofDays(500).toMillis());
    append(undated, RecordBatch.NO_TIMESTAMP);

    check(Duration.ofDays(100));

    assertEquals(0, ahead.logStartOffset());
    assertEquals(0, undated.logStartOffset());
  }

  @Test
  void leavesTopicsAloneThatOnlyCompact() throws IOException {
    Partition partition =
        scene.create("orders", Map.of("retention.ms", "1000", "cleanup.policy", "compact"));
    append(partition, scene.clock.wallMs());

    check(Duration.ofDays(100));

    assertEquals(0, partition.logStartOffset());
  }

  @Test
  void keepsTheSizeThatWasAskedFor() throws IOException {
    Partition partition =
        scene.create("orders", Map.of("retention.bytes", "150", "segment.ms", "1000"));
    for (int i = 0; i < 4; i++) {
      append(partition, scene.clock.wallMs() + i * 10_000);
    }
    long recordBytes = partition.sizeBytes() / 4;

    check(Duration.ofMinutes(6));

    assertEquals(4 - Math.ceilDiv(150, recordBytes), partition.logStartOffset());
  }

  @Test
  void remembersAcrossARestartHowFarTheDateWasBelieved() throws IOException {
    scene.create("orders");
    scene.shard.close();
    scene.clock.advance(Duration.ofDays(100));

    SteppedShard next = new SteppedShard(disk.afterKill(), scene.clock);

    assertEquals(Duration.ofDays(100), next.shard.retentionLag());
  }

  @Test
  void remembersThoughNothingIsWritten() throws IOException {
    scene.create("orders");
    scene.shard.settle();
    scene.clock.advance(Duration.ofDays(100));
    for (int i = 0; i < 3; i++) {
      scene.shard.checkpointer().doWork();
      scene.shard.segmentWriter().doWork();
    }

    SteppedShard next = new SteppedShard(disk.afterPowerCut(), scene.clock);

    assertEquals(Duration.ZERO, next.shard.retentionLag());
  }

  private void check(Duration later) throws IOException {
    scene.clock.advance(later);
    scene.shard.retention().doWork();
    scene.step();
  }

  private void append(Partition partition, long timestampMs) throws IOException {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(timestampMs, null, ByteBuffer.allocate(10))
            .build();
    Append append = scene.append(partition, batch);
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
  }

  private SteppedShard open() {
    try {
      return new SteppedShard(disk);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void runScenes(long firstSeed, int seeds) throws IOException {
    for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
      try {
        RetentionScene scene = new RetentionScene(seed);
        Random random = new Random(seed);
        for (int life = 0; life < 6; life++) {
          scene.live(40, random.nextInt(4) > 0);
        }
        scene.checkThatOldRecordsGoInTheEnd();
      } catch (Exception | AssertionError failure) {
        throw new AssertionError("seed=" + seed, failure);
      }
    }
  }
}
