package dev.daybook.eventlog.partition;

import static dev.daybook.eventlog.partition.CompactionScene.read;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// When a log is compacted, by its topic's settings.
class CompactionPolicyTest {
  private final CompactionScene scene;

  CompactionPolicyTest() throws IOException {
    scene = new CompactionScene();
  }

  @Test
  void aRecordYoungerThanTheMinimalLagStays() throws IOException {
    Partition partition = create("min.compaction.lag.ms", "3600000");
    writeFour(partition);
    scene.compact(partition);
    assertEquals(5, read(partition).size());

    scene.stepped.clock.advance(Duration.ofHours(2));
    scene.clean();
    assertEquals(2, read(partition).size());
  }

  @Test
  void aDateSetAheadMakesNoRecordOldEnough() throws IOException {
    Partition partition = create("min.compaction.lag.ms", "3600000");
    writeFour(partition);
    scene.stepped.clock.setWallMs(scene.stepped.clock.wallMs() + Duration.ofDays(30).toMillis());
    scene.compact(partition);

    assertEquals(5, read(partition).size());
  }

  @Test
  void tombstonesThatAreKeptForEverStay() throws IOException {
    Partition partition = create("delete.retention.ms", Long.toString(Long.MAX_VALUE));
    scene.append(partition, "a", "1");
    scene.append(partition, "a", null);
    scene.compact(partition);
    scene.stepped.clock.advance(Duration.ofDays(10_000));
    scene.compact(partition);

    assertEquals(List.of("1:a=null"), CompactionScene.lines(read(partition)).subList(0, 1));
  }

  @Test
  void aLogIsLeftAloneUntilEnoughOfItIsDirty() throws IOException {
    Partition partition = create("min.cleanable.dirty.ratio", "0.5");
    for (int i = 0; i < 10; i++) {
      scene.append(partition, "key " + i, "a value that stays, of some length");
      scene.roll();
    }
    scene.compact(partition);
    assertEquals(11, read(partition).size());
    assertEquals(1, scene.stepped.shard.background().cleaned().cleanings());

    writeFour(partition);
    scene.compact(partition);
    assertEquals(1, scene.stepped.shard.background().cleaned().cleanings(), "a third is dirty");
    writeFour(partition);
    writeFour(partition);
    scene.compact(partition);
    assertEquals(2, scene.stepped.shard.background().cleaned().cleanings());
    assertEquals(10 + 1 + 2, read(partition).size());
  }

  @Test
  void aRecordOlderThanTheMaximalLagIsCompactedHoweverLittleIsDirty() throws IOException {
    Partition partition =
        create("min.cleanable.dirty.ratio", "1", "max.compaction.lag.ms", "60000");
    scene.append(partition, "kept", "1");
    scene.roll();
    writeFour(partition);
    scene.stepped.clock.advance(Duration.ofMinutes(2));
    scene.compact(partition);
    assertEquals(1, scene.stepped.shard.background().cleaned().cleanings());
    assertEquals(3, read(partition).size());
  }

  @Test
  void compactAndDeleteTogetherCompactWhatIsYoungAndDropWhatIsOld() throws IOException {
    Partition partition = create("cleanup.policy", "compact,delete", "retention.ms", "86400000");
    writeFour(partition);
    scene.compact(partition);
    assertEquals(2, read(partition).size());

    scene.stepped.clock.advance(Duration.ofDays(3));
    for (int i = 0; i < 3; i++) {
      // The clock that retention goes by follows a leap slowly.
      scene.append(partition, "later " + i, "1");
      scene.stepped.step();
      scene.stepped.clock.advance(Duration.ofHours(1));
      scene.stepped.shard.retention().doWork();
      scene.stepped.step();
    }
    scene.compact(partition);
    assertEquals(0, read(partition).stream().filter(record -> record.offset() < 4).count());
  }

  @Test
  void anOpenTransactionKeepsNoOtherPartitionFromBeingCompacted() throws IOException {
    Partition stuck = scene.stepped.create("stuck", CompactionScene.SETTINGS);
    RecordBatchBuilder batch =
        RecordBatchBuilder.uncompressed().producer(7, (short) 0, 0).transactional();
    scene.stepped.shard.append(
        List.of(
            new PartitionAppend(stuck, scene.put(batch, "a", "1").build())
                .with(stuck.guard(7, (short) 0).orElseThrow())));
    scene.roll();
    scene.append(stuck, "a", "2");
    Partition partition = create();
    scene.append(partition, "never again", "1");
    scene.compact(partition);
    writeFour(partition);
    scene.roll();
    scene.append(partition, "the last segment grows", "on");
    scene.stepped.shard.checkpointer().checkpointNow();

    scene.clean();

    assertEquals(4, read(partition).size());
    assertEquals(2, read(stuck).size());
    scene.stepped.shard.append(
        List.of(new MarkerAppend(stuck, new TransactionMarker(7, (short) 0, 0, true))));
    scene.stepped.step();
    scene.compact(stuck);
    assertEquals(
        List.of("1:a=2"),
        CompactionScene.lines(read(stuck)).stream().filter(l -> l.contains("a=")).toList());
  }

  @Test
  void aCleaningWhoseSegmentsAreDroppedBeginsAnew() throws IOException {
    Partition partition = create();
    for (int i = 0; i < 150; i++) {
      scene.append(partition, "key " + i, "x".repeat(3_000));
      if (i % 10 == 0) {
        scene.roll();
      }
    }
    scene.stepped.shard.checkpointer().checkpointNow();
    for (int i = 0; i < 3; i++) {
      scene.stepped.clock.advance(Duration.ofMillis(300));
      scene.cleaner.doWork();
      scene.stepped.shard.segmentWriter().doWork();
    }
    scene.stepped.shard.raiseLogStart(partition, partition.highWatermark() - 1);
    scene.stepped.step();
    scene.stepped.shard.checkpointer().checkpointNow();
    scene.stepped.shard.checkpointer().doWork();

    scene.clean();
    assertEquals(0, scene.stepped.shard.background().cleaned().failures());
    writeFour(partition);
    scene.compact(partition);
    assertEquals(0, scene.stepped.shard.background().cleaned().failures());
    assertEquals(3, read(partition).size());
  }

  @Test
  void aTopicThatOnlyDeletesIsNeverCompacted() throws IOException {
    Partition partition = create("cleanup.policy", "delete");
    writeFour(partition);
    scene.compact(partition);
    assertEquals(5, read(partition).size());
  }

  private Partition create(String... settings) throws IOException {
    Map<String, String> all = new HashMap<>(CompactionScene.SETTINGS);
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return scene.stepped.create("table", all);
  }

  private void writeFour(Partition partition) throws IOException {
    for (int i = 0; i < 4; i++) {
      scene.append(partition, "a", "value " + i);
      scene.roll();
    }
  }
}
