package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.BatchVisitor;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A compacted topic of one partition on a simulated disk, whose owners a test steps.
final class CompactionScene {
  static final Duration GRACE = Duration.ofHours(1);
  static final Map<String, String> SETTINGS =
      Map.of(
          "cleanup.policy",
          "compact",
          "segment.ms",
          "1000",
          "delete.retention.ms",
          Long.toString(GRACE.toMillis()),
          "file.delete.delay.ms",
          "0",
          "min.cleanable.dirty.ratio",
          "0");

  final SteppedShard stepped;
  final Cleaner cleaner;

  CompactionScene() throws IOException {
    this(new SteppedShard(), new CleanerSettings(1 << 30, 16 << 10, Duration.ofSeconds(1)));
  }

  CompactionScene(SteppedShard stepped, CleanerSettings settings) {
    this.stepped = stepped;
    this.cleaner = stepped.shard.background().cleaner(settings);
  }

  /// The same disk in another life.
  CompactionScene again(SimulatedDisk disk, ManualClock clock, long salt) throws IOException {
    return new CompactionScene(
        new SteppedShard(disk, clock, new Random(salt)),
        new CleanerSettings(1 << 30, 16 << 10, Duration.ofSeconds(1)));
  }

  Partition topic() throws IOException {
    return stepped.create("table", SETTINGS);
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  static @Nullable String text(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes).toString();
  }

  RecordBatchBuilder put(RecordBatchBuilder batch, String key, @Nullable String value) {
    return batch.append(stepped.clock.wallMs(), bytes(key), value == null ? null : bytes(value));
  }

  /// Appends key, value, key, value … as one batch.
  long append(Partition partition, @Nullable String... pairs) throws IOException {
    RecordBatchBuilder batch = RecordBatchBuilder.uncompressed();
    for (int i = 0; i < pairs.length; i += 2) {
      put(batch, String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return append(partition, batch);
  }

  long append(Partition partition, RecordBatchBuilder batch) throws IOException {
    Append appended = stepped.append(partition, batch.build());
    stepped.step();
    if (!appended.durable().isDone()) {
      // The journal is full.
      stepped.shard.checkpointer().checkpointNow();
      stepped.step();
    }
    return assertInstanceOf(AppendResult.Appended.class, appended.durable().join().getFirst())
        .baseOffset();
  }

  /// The next append begins a new segment.
  void roll() {
    stepped.clock.advance(Duration.ofSeconds(2));
  }

  /// Seals what there is, and compacts until there is nothing to do.
  void compact(Partition partition) throws IOException {
    roll();
    append(partition, "the last segment grows", "on");
    stepped.shard.checkpointer().checkpointNow();
    clean();
  }

  /// Steps all owners until the cleaner has nothing to do.
  void clean() throws IOException {
    int idle = 0;
    for (int steps = 0; idle < 4; steps++) {
      assertTrue(steps < 10_000, "the cleaner comes to no end");
      stepped.clock.advance(Duration.ofMillis(300));
      int worked = cleaner.doWork();
      stepped.shard.checkpointer().doWork();
      stepped.shard.segmentWriter().doWork();
      idle = worked == 0 ? idle + 1 : 0;
    }
  }

  /// Every record there is, by offset, as a reader from the start finds them.
  static List<LogRecord> read(Partition partition) throws IOException {
    List<LogRecord> records = new ArrayList<>();
    forEachBatch(partition, batch -> records.addAll(RecordReader.read(batch)));
    return records;
  }

  /// Reads as a consumer does: from where it is to where the last batch of an answer ends.
  static void forEachBatch(Partition partition, BatchVisitor visitor) throws IOException {
    long offset = partition.logStartOffset();
    while (offset < partition.highWatermark()) {
      ReadResult result = partition.read(offset, 4 << 10);
      try (ReadResult.Batches batches = assertInstanceOf(ReadResult.Batches.class, result)) {
        for (Slice slice : batches.slices()) {
          for (RecordBatch batch : RecordBatches.in(slice.read())) {
            assertInstanceOf(BatchCheck.Ok.class, batch.checkStored());
            assertTrue(batch.nextOffset() > offset, "a fetch goes on");
            visitor.visit(batch);
            offset = batch.nextOffset();
          }
        }
      }
    }
  }

  /// The last value of each key.
  static Map<String, String> table(List<LogRecord> records) {
    Map<String, String> table = new HashMap<>();
    for (LogRecord record : records) {
      String key = String.valueOf(text(record.key()));
      String value = text(record.value());
      if (value == null) {
        table.remove(key);
      } else {
        table.put(key, value);
      }
    }
    return table;
  }

  /// The records as `offset:key=value`.
  static List<String> lines(List<LogRecord> records) {
    return records.stream()
        .map(r -> r.offset() + ":" + text(r.key()) + "=" + text(r.value()))
        .toList();
  }
}
