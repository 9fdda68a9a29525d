package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
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

class DeletedTopicTest {
  private final ManualClock clock = new ManualClock();
  private final Random salts = new Random(1);

  @Test
  void aTopicThatGoesWhileACheckpointIsUnderWayDoesNotKeepTheNextStartFromComing()
      throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    Shard shard = open(disk);
    Topic topic = create(shard);
    append(shard, topic);
    shard.segmentWriter().drain();
    clock.advance(Duration.ofSeconds(6));
    assertTrue(shard.checkpointer().doWork() > 0, "asks where the segments end");
    assertTrue(shard.segmentWriter().doWork() > 0, "answers");
    delete(shard, topic);
    shard.segmentWriter().drain();

    assertTrue(shard.checkpointer().doWork() > 0, "names what was answered");

    Shard next = open(disk.afterPowerCut());
    assertTrue(next.topics().all().isEmpty());
  }

  private Shard open(SimulatedDisk disk) throws IOException {
    return Shard.open(
        disk,
        Path.of("/data"),
        new ShardConfig(
            160 << 10,
            4 << 10,
            24 << 10,
            1 << 20,
            4 << 10,
            10_000_000L,
            5_000_000_000L,
            300_000_000_000L),
        (directory, checkpoint) ->
            FileJournal.open(
                disk,
                directory,
                new JournalConfig(16 << 10, 32 << 10),
                checkpoint.map(CheckpointMarks::sequence).orElse(0L),
                salts),
        clock,
        () -> SteppedShard.newTopicId(disk));
  }

  private static Topic create(Shard shard) throws IOException {
    var answer = shard.createTopic(new NewTopic("orders", 1, Map.of()));
    shard.appender().doWork();
    assertInstanceOf(CatalogDecision.Accepted.class, answer.join());
    return shard.topics().byName("orders").orElseThrow();
  }

  private static void delete(Shard shard, Topic topic) throws IOException {
    var answer = shard.deleteTopic(topic.id());
    shard.appender().doWork();
    assertInstanceOf(CatalogDecision.Accepted.class, answer.join());
  }

  private void append(Shard shard, Topic topic) throws IOException {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .append(clock.wallMs(), null, ByteBuffer.wrap(new byte[900]))
            .build();
    Partition partition = Objects.requireNonNull(shard.partition(topic.partition(0)));
    var answer = shard.append(List.of(new PartitionAppend(partition, batch)));
    shard.appender().doWork();
    assertInstanceOf(AppendResult.Appended.class, answer.durable().join().getFirst());
  }
}
