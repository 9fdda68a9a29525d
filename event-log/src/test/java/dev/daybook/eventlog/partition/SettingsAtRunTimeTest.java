package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.ConfigChange;
import dev.daybook.eventlog.topic.TopicConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Settings that change while records come: each holds from the moment its change is durable, and not a batch before.
class SettingsAtRunTimeTest {
  private SteppedShard scene;
  private Partition partition;

  @BeforeEach
  void createTopic() throws IOException {
    scene = new SteppedShard();
    partition = scene.create("orders");
  }

  @Test
  void aChangeIsSeenWhenItIsForced() throws IOException {
    CompletableFuture<CatalogDecision> changed = change("max.message.bytes", "500");

    assertEquals(1048588, config().maxMessageBytes());
    scene.step();

    assertInstanceOf(CatalogDecision.Accepted.class, changed.join());
    assertEquals(500, config().maxMessageBytes());
    assertEquals(
        500, scene.shard.topics().byName("orders").orElseThrow().config().maxMessageBytes());
    assertEquals(AppendResult.Reason.BATCH_TOO_LARGE, refusal(1_000));
  }

  @Test
  void segmentsAreSealedByTheNewSettings() throws IOException {
    append(10);
    scene.clock.advance(Duration.ofSeconds(10));
    append(10);
    assertEquals(1, segments());

    change("segment.ms", "1000");
    scene.step();
    scene.clock.advance(Duration.ofSeconds(2));
    append(10);
    append(10);

    assertEquals(2, segments());
  }

  @Test
  void retentionGoesByTheNewSettings() throws IOException {
    change("segment.ms", "1000");
    scene.step();
    append(10);
    scene.clock.advance(Duration.ofHours(1));
    append(10);
    retain(Duration.ofHours(2));
    assertEquals(0, partition.logStartOffset());

    change("retention.ms", "9000000");
    scene.step();
    retain(Duration.ofMinutes(6));

    assertEquals(1, partition.logStartOffset());
  }

  @Test
  void aPartitionThatIsAddedTakesRecordsAndTheOldOnesKeepTheirs() throws IOException {
    append(10);
    CompletableFuture<CatalogDecision> added =
        scene.shard.decide(topics -> topics.addPartitions(partition.id().topic(), 3));
    scene.step();

    assertInstanceOf(CatalogDecision.Accepted.class, added.join());
    Partition last =
        java.util.Objects.requireNonNull(scene.shard.partition(partition.topic().partition(2)));
    Append append = scene.append(last, scene.batch(10));
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
    assertEquals(1, partition.highWatermark());
    assertEquals(1, last.highWatermark());
  }

  private CompletableFuture<CatalogDecision> change(String name, String value) {
    return scene.shard.decide(
        topics ->
            topics.configure(
                partition.id().topic(), List.of(new ConfigChange.Assign(name, value))));
  }

  private void append(int bytes) throws IOException {
    Append append = scene.append(partition, scene.batch(bytes));
    scene.step();
    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
  }

  private AppendResult.Reason refusal(int bytes) throws IOException {
    Append append = scene.append(partition, scene.batch(bytes));
    scene.step();
    return assertInstanceOf(AppendResult.Refused.class, append.durable().join().getFirst())
        .reason();
  }

  private void retain(Duration later) throws IOException {
    scene.clock.advance(later);
    scene.shard.retention().doWork();
    scene.step();
  }

  private long segments() throws IOException {
    return scene
        .disk
        .list(
            java.nio.file.Path.of("/data/shard-0/partitions")
                .resolve(partition.id().directoryName()))
        .stream()
        .filter(file -> file.toString().endsWith(".log"))
        .count();
  }

  private TopicConfig config() {
    return partition.topic().config();
  }
}
