package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/// A shard on a disk that somebody else fills up and clears. Its owners take a turn only when the test says so, and with
/// each look for room some time has passed.
abstract class FullDiskScene {
  static final Path RESERVE = Path.of("/data/shard-0/reserve");
  static final long MUCH = 4 << 20;

  final ManualClock clock = new ManualClock();
  final Random salts = new Random(1);
  SimulatedDisk disk = new SimulatedDisk(1);

  SteppedShard open() throws IOException {
    return new SteppedShard(disk, clock, salts);
  }

  void grow(SteppedShard scene) throws IOException {
    for (int i = 0; i < 12; i++) {
      look(scene);
    }
  }

  void look(SteppedShard scene) throws IOException {
    lookAfter(scene, Duration.ofSeconds(1));
  }

  void lookAfter(SteppedShard scene, Duration time) throws IOException {
    clock.advance(time);
    scene.shard.checkpointer().doWork();
    scene.shard.segmentWriter().doWork();
  }

  /// The segment writer's turn, when it has lingered.
  void follow(SteppedShard scene) throws IOException {
    scene.shard.segmentWriter().doWork();
    clock.advance(Duration.ofMillis(20));
    scene.shard.segmentWriter().doWork();
  }

  void append(SteppedShard scene, Partition partition) throws IOException {
    Append append = scene.append(partition, batch());
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
  }

  AppendResult.Reason refused(SteppedShard scene, Partition partition) throws IOException {
    Append append = scene.append(partition, batch());
    scene.step();
    return reason(append);
  }

  static CatalogDecision.Reason reason(CompletableFuture<CatalogDecision> decision) {
    assertTrue(decision.isDone(), "no answer");
    return assertInstanceOf(CatalogDecision.Refused.class, decision.join()).reason();
  }

  static AppendResult.Reason reason(Append append) {
    assertTrue(append.durable().isDone(), "no answer");
    return assertInstanceOf(AppendResult.Refused.class, append.durable().join().getFirst())
        .reason();
  }

  ByteBuffer batch() {
    return RecordBatchBuilder.uncompressed()
        .append(clock.wallMs(), null, ByteBuffer.allocate(100))
        .build();
  }

  long reserveBytes(SteppedShard scene) {
    return scene.disk.exists(RESERVE) ? scene.disk.contents().get(RESERVE).length : 0;
  }

  long journalFiles() {
    return disk.list(Path.of("/data/shard-0/journal")).stream()
        .filter(file -> file.toString().endsWith(".journal"))
        .count();
  }
}
