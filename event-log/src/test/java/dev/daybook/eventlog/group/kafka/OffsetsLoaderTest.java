package dev.daybook.eventlog.group.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.group.MemoryGroupLog;
import dev.daybook.eventlog.topic.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.coordinator.common.runtime.CoordinatorLoader.LoadSummary;
import org.apache.kafka.coordinator.common.runtime.CoordinatorPlayback;
import org.apache.kafka.coordinator.common.runtime.CoordinatorRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who asks for a partition to be loaded hears of it before those who wait to ask something of the partition.
class OffsetsLoaderTest {
  private static final TopicPartition FIRST = new TopicPartition("offsets", 0);

  private final MemoryGroupLog log = new MemoryGroupLog();
  private final Topic topic = log.create("offsets", 1);
  private final OffsetsLoader loader =
      new OffsetsLoader(
          log,
          topic,
          new OffsetsWriter(log, topic),
          new DamagedGroups(log, topic),
          1_000,
          partition -> {});

  @AfterEach
  void close() {
    loader.close();
    log.close();
  }

  @Test
  void nobodyIsToldThatAPartitionIsLoadedBeforeItsCoordinatorIs() throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> others = loader.loaded(0).thenRun(() -> told.add("the others"));

    CompletableFuture<LoadSummary> summary = loader.load(FIRST, new Forgetful());
    // An empty partition is read long before the coordinator listens.
    awaitEnd(summary);
    CompletableFuture<Void> coordinator = summary.thenAccept(loaded -> told.add("the coordinator"));

    CompletableFuture.allOf(coordinator, others).get(90, TimeUnit.SECONDS);
    assertEquals(List.of("the coordinator", "the others"), told);
  }

  /// Gives it time to end without a listener, which it must not do.
  private static void awaitEnd(CompletableFuture<?> summary) {
    long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200);
    while (!summary.isDone() && System.nanoTime() < endNs) {
      Thread.onSpinWait();
    }
  }

  /// Remembers nothing of what is played to it.
  private static final class Forgetful implements CoordinatorPlayback<CoordinatorRecord> {
    @Override
    public void replay(long offset, long producerId, short epoch, CoordinatorRecord record) {}

    @Override
    public void replayEndTransactionMarker(
        long producerId, short producerEpoch, TransactionResult result) {}

    @Override
    public void updateLastWrittenOffset(long offset) {}

    @Override
    public void updateLastCommittedOffset(long offset) {}
  }
}
