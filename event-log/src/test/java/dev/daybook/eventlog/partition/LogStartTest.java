package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.TimestampedOffset;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// A partition that is told to keep nothing below an offset.
class LogStartTest {
  private final SteppedShard scene = scene(new SimulatedDisk(1));

  @Test
  void whatLiesBelowTheStartCanNotBeReadFromTheAnswerOn() throws IOException {
    Partition partition = filled("orders", 3);

    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(partition, 2);
    scene.shard.appender().doWork();

    assertEquals(new LogStartResult.StartsAt(2), raised.join());
    assertEquals(2, partition.logStartOffset());
    assertEquals(new ReadResult.OffsetOutOfRange(3, 2), partition.read(1, 100));
    assertInstanceOf(ReadResult.Batches.class, partition.read(2, 100));
    assertEquals(2, partition.offsetForTimestamp(0).map(TimestampedOffset::offset).orElseThrow());
  }

  @Test
  void aStartBehindTheHighWatermarkIsRefusedAndALowerOneChangesNothing() throws IOException {
    Partition partition = filled("orders", 3);

    assertEquals(new LogStartResult.OutOfRange(3), raise(partition, 4));
    assertEquals(new LogStartResult.OutOfRange(3), raise(partition, -2));
    assertEquals(new LogStartResult.StartsAt(2), raise(partition, 2));
    assertEquals(new LogStartResult.StartsAt(2), raise(partition, 1));
  }

  @Test
  void aRecordThatIsNotDurableYetIsNotBelowAnyStart() throws IOException {
    Partition partition = filled("orders", 1);
    scene.append(partition, scene.batch(10));

    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(partition, 2);
    scene.step();

    assertEquals(new LogStartResult.OutOfRange(1), raised.join());
  }

  @Test
  void aLogThatIsDeletedWholeGoesOnInANewSegmentAndItsFilesGo() throws IOException {
    Partition partition = filled("orders", 3);

    raise(partition, 3);
    scene.shard.settle();
    assertEquals(List.of("00000000000000000000.log"), files(partition), "a while they stay");
    scene.clock.advance(Duration.ofSeconds(61));
    scene.shard.checkpointer().doWork();

    assertEquals(List.of(), files(partition));
    assertEquals(0, partition.sizeBytes());
    append(partition);
    scene.shard.settle();
    assertEquals(List.of("00000000000000000003.log"), files(partition));
  }

  @Test
  void whoReadsASegmentGoesOnReadingItWhenItsFileIsGone() throws IOException {
    Partition partition = filled("orders", 1);
    ReadResult.Batches held = assertInstanceOf(ReadResult.Batches.class, partition.read(0, 10_000));

    raise(partition, 1);
    scene.shard.settle();
    scene.clock.advance(Duration.ofSeconds(61));
    scene.shard.checkpointer().doWork();

    assertEquals(List.of(), files(partition));
    Slice.InFile slice = assertInstanceOf(Slice.InFile.class, held.slices().getFirst());
    java.nio.ByteBuffer bytes = java.nio.ByteBuffer.allocate(slice.sizeBytes());
    slice.file().file().read(bytes, slice.file().position());
    assertEquals(0, bytes.remaining());
    held.close();
  }

  @Test
  void aStartRaisedWhileACheckpointIsUnderWayDoesNotKeepTheNextStartFromComing()
      throws IOException {
    Partition partition = filled("orders", 1);
    scene.clock.advance(Duration.ofSeconds(6));
    assertTrue(scene.shard.checkpointer().doWork() > 0, "asks where the segments end");
    assertTrue(scene.shard.segmentWriter().doWork() > 0, "answers");
    raise(partition, 1);
    assertTrue(scene.shard.checkpointer().doWork() > 0, "names what was answered");

    SteppedShard next = scene(scene.disk.afterPowerCut());

    Partition again = next.partition("orders");
    assertEquals(1, again.logStartOffset());
    assertEquals(1, again.highWatermark());
  }

  @Test
  void filesBelowTheStartThatAFormerLifeLeftAreUnlinkedAndNeverComeBack() throws IOException {
    Partition partition = filled("orders", 2);
    raise(partition, 2);
    append(partition);
    scene.shard.close();
    assertEquals(2, files(partition).stream().filter(name -> name.endsWith(".log")).count());

    SteppedShard next = scene(scene.disk.afterKill());
    Partition again = next.partition("orders");
    assertEquals(2, again.logStartOffset());
    assertEquals(new ReadResult.OffsetOutOfRange(3, 2), again.read(1, 100));
    next.shard.checkpointer().doWork();

    assertEquals(
        List.of("00000000000000000002.log"),
        next.disk.list(directory(again)).stream()
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".log"))
            .toList());
  }

  @Test
  void aDamagedPartitionKeepsWhatItHas() throws IOException {
    Partition partition =
        scene.create("orders", Map.of("retention.ms", "1000", "retention.bytes", "0"));
    append(partition);
    append(partition);
    scene.shard.settle();
    partition.log().markDamaged(new DamagedRange(0, 1, "by a test", scene.clock.wallMs()));

    assertEquals(new LogStartResult.ReadOnly(), raise(partition, 1));
    scene.clock.advance(Duration.ofDays(1));
    scene.shard.retention().doWork();
    scene.step();

    assertEquals(0, partition.logStartOffset());
  }

  @Test
  void aTimeThatOnlyDeletedRecordsHaveIsNotFound() throws IOException {
    Partition partition = filled("orders", 1);
    long before = scene.clock.wallMs();
    scene.clock.advance(Duration.ofSeconds(5));

    raise(partition, 1);

    assertEquals(Optional.empty(), partition.offsetForTimestamp(before));
    assertEquals(Optional.empty(), partition.maxTimestamp());
  }

  @Test
  void aTimeLeadsToNoRecordBelowAStartInTheMiddleOfABatch() throws IOException {
    Partition partition = scene.create("orders");
    scene.append(
        partition,
        RecordBatchBuilder.uncompressed()
            .append(100, null, ByteBuffer.allocate(1))
            .append(300, null, ByteBuffer.allocate(1))
            .append(200, null, ByteBuffer.allocate(1))
            .build());
    scene.shard.appender().doWork();
    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(partition, 2);
    scene.shard.appender().doWork();
    assertEquals(new LogStartResult.StartsAt(2), raised.join());

    assertOnlyTheLastIsFound(partition); // In memory.
    scene.step();
    assertOnlyTheLastIsFound(partition); // In a segment.
    scene.shard.close();
    assertOnlyTheLastIsFound(scene(scene.disk.afterKill()).partition("orders"));
  }

  @Test
  void aTimeLeadsToNoRecordBelowAStartThatTheSegmentsDoNotKnowYet() throws IOException {
    Partition partition = scene.create("orders", Map.of("segment.ms", "1000"));
    for (int timestamp : new int[] {300, 100, 200}) {
      scene.append(
          partition,
          RecordBatchBuilder.uncompressed()
              .append(timestamp, null, ByteBuffer.allocate(1))
              .build());
      scene.step();
      scene.clock.advance(Duration.ofSeconds(5));
    }
    var _ = scene.shard.raiseLogStart(partition, 2);
    scene.shard.appender().doWork();

    assertOnlyTheLastIsFound(partition);
  }

  private static void assertOnlyTheLastIsFound(Partition partition) throws IOException {
    Optional<TimestampedOffset> last = Optional.of(new TimestampedOffset(200, 2));
    assertEquals(2, partition.logStartOffset());
    assertEquals(last, partition.offsetForTimestamp(0));
    assertEquals(last, partition.offsetForTimestamp(200));
    assertEquals(Optional.empty(), partition.offsetForTimestamp(250));
    assertEquals(last, partition.maxTimestamp());
  }

  private Partition filled(String name, int records) throws IOException {
    Partition partition = scene.create(name);
    for (int i = 0; i < records; i++) {
      append(partition);
    }
    return partition;
  }

  private void append(Partition partition) throws IOException {
    Append append = scene.append(partition, scene.batch(100));
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
  }

  private LogStartResult raise(Partition partition, long offset) throws IOException {
    CompletableFuture<LogStartResult> raised = scene.shard.raiseLogStart(partition, offset);
    scene.step();
    return raised.join();
  }

  private List<String> files(Partition partition) {
    return scene.disk.list(directory(partition)).stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.endsWith(".log"))
        .toList();
  }

  private static Path directory(Partition partition) {
    return Path.of("/data/shard-0/partitions").resolve(partition.id().directoryName());
  }

  private static SteppedShard scene(SimulatedDisk disk) {
    try {
      return new SteppedShard(disk);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
