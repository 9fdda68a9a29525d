package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.time.RetentionClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Topics with limits of age and size through many lives, while somebody plays with the machine's date and power fails.
/// What must hold at every moment: a start that was seen never goes back; no record went whose age, by a clock that may
/// run 24 times as fast as time passes, is below the limit; a limit of size leaves that size; what is kept can be read.
final class RetentionScene {
  private static final long DAY_MS = Duration.ofDays(1).toMillis();
  private static final long KEPT_MS = 7 * DAY_MS;
  private static final long KEPT_BYTES = 3_000;
  private static final String AGED = "aged";
  private static final String SIZED = "sized";

  private final Random random;
  private final ManualClock clock = new ManualClock();
  private final long beganMs = clock.wallMs();
  private final long beganNs = clock.monotonicNs();
  private final Map<String, List<Record>> records = new HashMap<>();
  private final Map<String, Long> starts = new HashMap<>();
  private SimulatedDisk disk;
  private long wrongByMs;
  private long latestWallMs;

  RetentionScene(long seed) throws IOException {
    this.random = new Random(seed);
    this.disk = new SimulatedDisk(seed);
    SteppedShard scene = new SteppedShard(disk, clock, random);
    create(scene, AGED, Map.of("retention.ms", Long.toString(KEPT_MS)));
    create(scene, SIZED, Map.of("retention.bytes", Long.toString(KEPT_BYTES)));
    scene.shard.close();
  }

  /// Lives until the power fails, or for so many steps.
  void live(int steps, boolean powerFails) throws IOException {
    if (powerFails) {
      disk.cutPowerAt(1 + random.nextInt(120));
    }
    try {
      SteppedShard scene = new SteppedShard(disk, clock, random);
      check(scene);
      for (int step = 0; step < steps; step++) {
        step(scene);
        check(scene);
      }
      scene.shard.close();
    } catch (PowerCut _) {
      // The next life finds what is left.
    }
    disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerCut();
  }

  /// With the right date, and when the last record is old enough, nothing is left of what has an age.
  void checkThatOldRecordsGoInTheEnd() throws IOException {
    SteppedShard scene = new SteppedShard(disk, clock, random);
    setDate(0);
    append(scene, AGED, trueMs());
    for (int day = 0; day < 90; day++) {
      pass(scene, Duration.ofDays(1));
      scene.shard.retention().doWork();
      scene.step();
    }
    check(scene);
    List<Record> aged = records.get(AGED);
    long start = scene.partition(AGED).logStartOffset();
    long end = scene.partition(AGED).highWatermark();
    long kept =
        aged.stream()
            .filter(record -> record.timestampMs >= trueMs() - KEPT_MS)
            .findFirst()
            .map(record -> record.offset)
            .orElse(end);
    boolean allDated =
        aged.stream().noneMatch(record -> record.timestampMs == RecordBatch.NO_TIMESTAMP);
    assertTrue(start <= kept, () -> "start " + start + ", kept from " + kept);
    assertTrue(kept < end || !allDated || start == end, () -> "start " + start + " of " + end);
    scene.shard.close();
    disk = disk.afterKill();
  }

  private void create(SteppedShard scene, String name, Map<String, String> limit)
      throws IOException {
    Map<String, String> settings = new HashMap<>(limit);
    settings.put("segment.ms", Long.toString(DAY_MS));
    settings.put("file.delete.delay.ms", "0");
    settings.put("message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    scene.create(name, settings);
    records.put(name, new ArrayList<>());
    starts.put(name, 0L);
  }

  private void step(SteppedShard scene) throws IOException {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> append(scene, random.nextBoolean() ? AGED : SIZED, someTimeMs());
      case 3 -> pass(scene, Duration.ofMinutes(random.nextInt(600)));
      case 4 -> setDate(random.nextLong(-3_000, 3_000) * DAY_MS);
      case 5 -> setDate(random.nextLong(-40, 40) * DAY_MS);
      case 6 -> setDate(0);
      case 7 -> scene.shard.checkpointer().doWork();
      case 8 -> scene.step();
      default -> {
        pass(scene, Duration.ofMinutes(6));
        scene.shard.retention().doWork();
        scene.shard.appender().doWork();
      }
    }
    latestWallMs = Math.max(latestWallMs, clock.wallMs());
  }

  private void append(SteppedShard scene, String name, long timestampMs) throws IOException {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(timestampMs, null, ByteBuffer.allocate(random.nextInt(400)))
            .build();
    int sizeBytes = batch.remaining();
    Append append = scene.append(scene.partition(name), batch);
    append
        .decided()
        .thenAccept(
            results -> {
              // Once it is decided it may be found by a later life, acknowledged or not.
              if (results.getFirst() instanceof AppendResult.Appended appended) {
                List<Record> all = records.get(name);
                all.removeIf(record -> record.offset >= appended.baseOffset());
                all.add(new Record(appended.baseOffset(), timestampMs, sizeBytes));
              }
            });
    scene.shard.appender().doWork();
    if (random.nextBoolean()) {
      scene.step();
    }
  }

  /// Mostly the true time; now and then what a producer with a bad clock sends, or none.
  private long someTimeMs() {
    return switch (random.nextInt(12)) {
      case 0 -> clock.wallMs();
      case 1 -> trueMs() + random.nextLong(-30, 30) * DAY_MS;
      case 2 -> random.nextInt(4) == 0 ? RecordBatch.NO_TIMESTAMP : trueMs();
      default -> trueMs();
    };
  }

  private void pass(SteppedShard scene, Duration time) throws IOException {
    clock.advance(time);
    latestWallMs = Math.max(latestWallMs, clock.wallMs());
    scene.shard.segmentWriter().drain();
    scene.shard.checkpointer().doWork();
    scene.shard.segmentWriter().doWork();
    scene.shard.checkpointer().doWork();
  }

  private void setDate(long newWrongByMs) {
    wrongByMs = newWrongByMs;
    clock.setWallMs(trueMs() + wrongByMs);
  }

  private long trueMs() {
    return beganMs + (clock.monotonicNs() - beganNs) / 1_000_000;
  }

  private void check(SteppedShard scene) throws IOException {
    for (String name : records.keySet()) {
      Partition partition = scene.partition(name);
      long start = partition.logStartOffset();
      assertTrue(start >= starts.get(name), () -> name + " went back to " + start);
      starts.put(name, start);
      List<Record> all = records.get(name);
      if (name.equals(AGED)) {
        all.stream().filter(record -> record.offset < start).forEach(this::checkAge);
      } else if (start > 0) {
        long kept =
            all.stream().filter(record -> record.offset >= start).mapToLong(r -> r.sizeBytes).sum();
        assertTrue(kept >= KEPT_BYTES, () -> kept + " bytes kept from " + start);
      }
      checkReads(partition, all, start);
    }
  }

  private void checkAge(Record gone) {
    long passedMs = trueMs() - beganMs;
    long believableMs = Math.min(beganMs + RetentionClock.SPEED * passedMs, latestWallMs);
    // A record without a date has the age of its segment.
    assertTrue(
        gone.timestampMs < believableMs - KEPT_MS,
        () -> gone + " went, " + Duration.ofMillis(passedMs) + " after the beginning");
  }

  private static void checkReads(Partition partition, List<Record> all, long start)
      throws IOException {
    long next = start;
    while (next < partition.highWatermark()) {
      try (ReadResult.Batches found =
          assertInstanceOf(ReadResult.Batches.class, partition.read(next, 2_000))) {
        for (Slice slice : found.slices()) {
          for (RecordBatch batch : RecordBatches.in(slice.read())) {
            Record expected = all.get((int) batch.baseOffset());
            assertEquals(expected.timestampMs, batch.maxTimestampMs());
            assertEquals(expected.sizeBytes, batch.sizeBytes());
            next = batch.nextOffset();
          }
        }
      }
    }
  }

  private record Record(long offset, long timestampMs, int sizeBytes) {}
}
