package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.TopicNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/// What runs out: memory, the journal, the disk, time.
class LimitsTest {

  @Test
  void refusesWhatNoJournalFileCanHoldAndGoesOn() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");

    Append large = scene.append(partition, scene.batch(SteppedShard.JOURNAL_FILE_BYTES));
    Append small = scene.append(partition, scene.batch(10));
    scene.step();

    assertEquals(AppendResult.Reason.BATCH_TOO_LARGE, reason(large));
    assertInstanceOf(AppendResult.Appended.class, result(small));
    scene.shard.close();
  }

  @Test
  void offsetsCanBeCommittedUnderADateInThePast() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition offsets = scene.create(TopicNames.GROUP_OFFSETS);
    Partition orders = scene.create("orders");
    ByteBuffer commit = scene.batch(10);
    ByteBuffer order = scene.batch(10);
    scene.clock.setWallMs(0);

    Append committed = scene.append(offsets, commit);
    Append ordered = scene.append(orders, order);
    scene.step();

    assertInstanceOf(AppendResult.Appended.class, result(committed));
    assertEquals(AppendResult.Reason.INVALID_TIMESTAMP, reason(ordered));
    scene.shard.close();
  }

  @Test
  void closingFinishesWhatCameInWhileMemoryAndJournalWereFull() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    List<Append> appends = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      appends.add(scene.append(partition, scene.batch(3 << 10)));
    }
    while (scene.shard.appender().doWork() > 0) {}

    scene.shard.close();

    for (Append append : appends) {
      assertInstanceOf(AppendResult.Appended.class, result(append));
    }
  }

  @Test
  void whoComesAfterTheEndIsToldSo() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    scene.shard.close();

    assertEquals(AppendResult.Reason.STOPPING, reason(scene.append(partition, scene.batch(1))));
    assertThrows(CompletionException.class, () -> scene.shard.newProducerId().join());
  }

  @Test
  void aCheckpointIsNotKeptWaitingByProducersThatNeverPause() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    CompletableFuture<SegmentMarks> marks = scene.shard.segmentWriter().askMarks(0);
    for (int i = 0; i < 3; i++) {
      scene.append(partition, scene.batch(5 << 10));
      scene.shard.appender().doWork();
    }

    scene.shard.segmentWriter().doWork();

    assertTrue(marks.isDone());
    scene.shard.close();
  }

  @Test
  void aFastProducerIsRefusedBeforeTheDiskIsFullAndTakenAgainWhenThereIsSpace() throws IOException {
    SimulatedDisk disk = new SimulatedDisk(1);
    SteppedShard scene = new SteppedShard(disk);
    Partition partition = scene.create("orders");
    disk.limitBytes(SteppedShard.RESERVE_BYTES + (80 << 10));
    scene.shard.checkpointer().doWork();

    // All of it comes before anybody looks at the disk again.
    Append last = scene.append(partition, scene.batch(3 << 10));
    for (int i = 0; i < 200 && accepted(scene, last); i++) {
      last = scene.append(partition, scene.batch(3 << 10));
    }

    assertEquals(AppendResult.Reason.STORAGE_FULL, reason(last));
    assertInstanceOf(ReadResult.Batches.class, partition.read(0, 1));
    CompletableFuture<CatalogDecision> deleted = scene.shard.deleteTopic(partition.topic().id());
    scene.shard.settle();
    assertInstanceOf(CatalogDecision.Accepted.class, deleted.join());

    disk.limitBytes(1 << 20);
    scene.clock.advance(java.time.Duration.ofSeconds(2));
    scene.shard.checkpointer().doWork();
    Append again = scene.append(scene.create("payments"), scene.batch(10));
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, result(again));
    scene.shard.close();
  }

  private static boolean accepted(SteppedShard scene, Append append) throws IOException {
    scene.step();
    return result(append) instanceof AppendResult.Appended;
  }

  private static AppendResult result(Append append) {
    assertTrue(append.durable().isDone(), "no answer");
    return append.durable().join().getFirst();
  }

  private static AppendResult.Reason reason(Append append) {
    return assertInstanceOf(AppendResult.Refused.class, result(append)).reason();
  }
}
