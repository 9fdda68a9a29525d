package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How often a checkpoint is made. It forces each partition that got anything: where there are many and they get little, it
/// waits until it is worth that, until it is quiet, or until twelve intervals are over.
class CheckpointPaceTest {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration TURN = Duration.ofMillis(500);
  private static final int TURNS_OF_AN_INTERVAL = 10;
  private static final int FEW = 10;
  private static final int MANY = 72;
  private static final int LITTLE_BYTES = 100;

  /// So much in each turn makes up for the partitions beyond the sixty-fourth.
  private static final int MUCH_BYTES = (MANY - 63) * (64 << 10) / TURNS_OF_AN_INTERVAL;

  private final ManualClock clock = new ManualClock();
  private Shard shard;
  private Topic topic;
  private int turns;
  private int checkpoints;

  @Test
  void whereFewPartitionsAreWrittenToEachIntervalHasOne() throws IOException {
    open(FEW);

    write(12, LITTLE_BYTES);

    assertEquals(11, checkpoints, "the twelfth is due just now");
  }

  @Test
  void whereManyPartitionsGetLittleTwelveIntervalsHaveOne() throws IOException {
    open(MANY);

    write(12, LITTLE_BYTES);
    assertEquals(0, checkpoints);

    write(1, LITTLE_BYTES);
    assertEquals(1, checkpoints);
    write(11, LITTLE_BYTES);
    assertEquals(1, checkpoints);
    write(1, LITTLE_BYTES);
    assertEquals(2, checkpoints);
  }

  @Test
  void whereManyPartitionsGetMuchEachIntervalHasOne() throws IOException {
    open(MANY);

    write(12, MUCH_BYTES);

    assertEquals(11, checkpoints);
  }

  @Test
  void whenNobodyWritesAnyMoreItIsNotWaitedFor() throws IOException {
    open(MANY);
    write(2, LITTLE_BYTES);
    assertEquals(0, checkpoints);

    rest();
    assertEquals(0, checkpoints, "it may be a short pause");
    rest();

    assertEquals(1, checkpoints);
  }

  private void open(int partitions) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    JournalConfig files = new JournalConfig(64 << 10, 512 << 10);
    shard =
        Shard.open(
            disk,
            Path.of("/data"),
            new ShardConfig(
                16 << 20,
                128 << 10,
                1 << 20,
                128 << 10,
                4 << 10,
                10_000_000L,
                INTERVAL.toNanos(),
                300_000_000_000L),
            (directory, checkpoint) ->
                FileJournal.open(
                    disk,
                    directory,
                    files,
                    checkpoint.map(CheckpointMarks::sequence).orElse(0L),
                    new Random(1)),
            clock,
            () -> SteppedShard.newTopicId(disk));
    var _ = shard.createTopic(new NewTopic("orders", partitions, Map.of()));
    shard.settle();
    topic = shard.topics().byName("orders").orElseThrow();
    for (int index = 0; index < partitions; index++) {
      append(LITTLE_BYTES);
      shard.settle();
    }
    shard
        .checkpointer()
        .measuredBy(
            new Measurements() {
              @Override
              public void checkpoint(long durationNs, long freedBytes) {
                checkpoints++;
              }
            });
  }

  /// Never quiet for as long as that would be a reason of its own.
  private void write(int intervals, int bytes) throws IOException {
    for (int turn = 0; turn < intervals * TURNS_OF_AN_INTERVAL; turn++) {
      append(bytes);
      rest();
    }
  }

  private void rest() throws IOException {
    shard.appender().doWork();
    shard.segmentWriter().drain();
    // It asks how far the segments are, is told, and makes its checkpoint.
    for (int step = 0; step < 3; step++) {
      shard.checkpointer().doWork();
      shard.segmentWriter().doWork();
    }
    clock.advance(TURN);
  }

  private void append(int bytes) {
    Partition partition =
        Objects.requireNonNull(shard.partition(topic.partition(turns++ % topic.partitions())));
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(clock.wallMs(), null, ByteBuffer.allocate(bytes))
            .build();
    var _ = shard.append(List.of(new PartitionAppend(partition, batch)));
  }
}
