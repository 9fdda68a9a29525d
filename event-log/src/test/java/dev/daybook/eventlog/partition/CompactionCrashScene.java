package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.maintenance.CheckReport;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import dev.daybook.eventlog.record.Compression;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// A compacted topic through many lives on one simulated disk, all owners stepped by one thread, and what must be true
/// whenever somebody looks: what is there was appended, at its offset; the last record of each key is there, unless it is
/// a tombstone whose grace is over; so no key comes back; nothing acknowledged is missing for another reason; the
/// producer goes on with its next sequence, also when its state is made anew from the segments.
final class CompactionCrashScene {
  private static final Path DATA = Path.of("/data");
  private static final long GRACE_MS = 400;
  private static final long PRODUCER = 7;

  private final Random random;
  private final ManualClock clock = new ManualClock();
  private final List<Sent> sent = new ArrayList<>();
  private final List<CompletableFuture<List<AppendResult>>> answers = new ArrayList<>();
  private final int keys;
  private final CleanerSettings settings;
  private int acknowledged;
  private int sequence;
  private long cleanings;
  private int mayGiveUp;
  private SimulatedDisk disk;

  /// A record by its offset, which is its place in the list.
  private record Sent(String key, @Nullable String value, long atMs) {}

  CompactionCrashScene(long seed) {
    random = Random.from(new SplittableRandom(seed));
    disk = new SimulatedDisk(seed);
    keys = 1 + random.nextInt(12);
    settings =
        new CleanerSettings(
            1L << 30, random.nextBoolean() ? 1024 : 64 << 10, Duration.ofMillis(40));
  }

  SimulatedDisk disk() {
    return disk;
  }

  /// One operation of this life fails: a cleaning that meets it may be given up, and no other.
  void failAt(SimulatedDisk.Operation operation, int nth) {
    disk.failAt(operation, nth);
    mayGiveUp = 1;
  }

  long cleanings() {
    return cleanings;
  }

  void stop() throws IOException {
    disk = random.nextInt(3) == 0 ? disk.afterKill() : disk.afterPowerCut();
    mayGiveUp = 0;
    answers.clear();
    if (random.nextInt(4) == 0) {
      loseDerivedFiles();
    }
  }

  private void loseDerivedFiles() throws IOException {
    for (Path file : disk.list(DATA.resolve("shard-0"))) {
      String name = file.getFileName().toString();
      if (name.endsWith(".producers") || name.equals("cleaned")) {
        disk.delete(file);
      }
    }
  }

  void live(int steps) throws IOException {
    DurableFiles.createDirectories(disk, DATA);
    DataFormat.of(disk, DATA);
    SteppedShard stepped = new SteppedShard(disk, clock, random);
    if (stepped.shard.topics().byName("table").isEmpty()) {
      stepped.create("table", settingsOfTopic());
    }
    Partition partition = stepped.partition("table");
    takeUp(partition);
    check(partition);
    Cleaner cleaner = stepped.shard.background().cleaner(settings);
    try {
      for (int step = 0; step < steps; step++) {
        work(stepped, partition, cleaner);
      }
      if (random.nextBoolean()) {
        stepped.shard.close();
        CheckReport report = DirectoryCheck.run(disk, DATA);
        assertFalse(report.isDamaged(), () -> report.problems().toString());
      }
    } finally {
      cleanings += stepped.shard.background().cleaned().cleanings();
      long givenUp = stepped.shard.background().cleaned().failures();
      assertTrue(givenUp <= mayGiveUp, () -> givenUp + " cleanings were given up");
    }
  }

  private static Map<String, String> settingsOfTopic() {
    Map<String, String> topic = new HashMap<>(CompactionScene.SETTINGS);
    topic.put("segment.ms", "30");
    topic.put("delete.retention.ms", Long.toString(GRACE_MS));
    topic.put("file.delete.delay.ms", "20");
    topic.put("index.interval.bytes", "64");
    return topic;
  }

  private void work(SteppedShard stepped, Partition partition, Cleaner cleaner) throws IOException {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> append(stepped, partition);
      case 3 -> stepped.shard.appender().doWork();
      case 4 -> stepped.shard.segmentWriter().doWork();
      case 5 -> stepped.shard.checkpointer().doWork();
      case 6 -> clock.advance(Duration.ofMillis(random.nextInt(100)));
      case 7 -> {
        if (random.nextInt(4) == 0) {
          settle(stepped);
          check(partition);
        }
      }
      default -> {
        cleaner.doWork();
        clock.advance(Duration.ofMillis(5));
      }
    }
    lookAtAnswers();
  }

  private void settle(SteppedShard stepped) throws IOException {
    stepped.shard.settle();
    lookAtAnswers();
  }

  private void append(SteppedShard stepped, Partition partition) {
    RecordBatchBuilder batch =
        RecordBatchBuilder.compressed(Compression.of(random.nextInt(5)))
            .producer(PRODUCER, (short) 0, sequence);
    int records = 1 + random.nextInt(4);
    for (int i = 0; i < records; i++) {
      String key = "key " + random.nextInt(keys);
      String value = random.nextInt(4) == 0 ? null : "value " + sent.size();
      sent.add(new Sent(key, value, clock.wallMs()));
      batch.append(
          clock.wallMs(),
          CompactionScene.bytes(key),
          value == null ? null : CompactionScene.bytes(value));
    }
    sequence += records;
    answers.add(stepped.append(partition, batch.build()).durable());
  }

  private void lookAtAnswers() {
    for (CompletableFuture<List<AppendResult>> answer : List.copyOf(answers)) {
      if (answer.isDone()) {
        answers.remove(answer);
        try {
          AppendResult.Appended appended =
              assertInstanceOf(AppendResult.Appended.class, answer.join().getFirst());
          acknowledged = Math.max(acknowledged, (int) appended.lastOffset() + 1);
        } catch (CompletionException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  /// What is there now counts; what was under way and is not there never was.
  private void takeUp(Partition partition) {
    long there = partition.highWatermark();
    assertTrue(there >= acknowledged, () -> "%d of %d".formatted(there, acknowledged));
    assertTrue(there <= sent.size(), () -> "%d of %d".formatted(there, sent.size()));
    sent.subList((int) there, sent.size()).clear();
    acknowledged = (int) there;
    sequence = (int) there;
  }

  private void check(Partition partition) throws IOException {
    List<LogRecord> found = CompactionScene.read(partition);
    Map<String, Long> last = new HashMap<>();
    long before = -1;
    for (LogRecord record : found) {
      assertTrue(record.offset() > before, "ascending");
      before = record.offset();
      Sent original = sent.get((int) record.offset());
      String key = String.valueOf(CompactionScene.text(record.key()));
      assertEquals(original.key, key, () -> "at " + record.offset());
      assertEquals(original.value, CompactionScene.text(record.value()));
      assertEquals(original.atMs, record.timestampMs());
      last.put(key, record.offset());
    }
    Map<String, Long> expected = new HashMap<>();
    for (int offset = 0; offset < partition.highWatermark(); offset++) {
      expected.put(sent.get(offset).key, (long) offset);
    }
    expected.forEach((key, offset) -> checkLast(key, offset, last.get(key)));
  }

  private void checkLast(String key, long offset, @Nullable Long found) {
    Sent original = sent.get((int) offset);
    if (found == null) {
      assertNull(original.value, () -> "%s at %d is lost".formatted(key, offset));
      assertTrue(
          clock.wallMs() - original.atMs >= GRACE_MS,
          () -> "the tombstone of %s at %d went too early".formatted(key, offset));
    } else {
      assertEquals(offset, found, () -> key + " is another than it was");
    }
  }
}
