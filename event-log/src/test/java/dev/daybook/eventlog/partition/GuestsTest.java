package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/// Code of others that runs on the appender's thread, and throws.
class GuestsTest {

  @Test
  void aListenerOrWaiterThatThrowsKeepsNobodyElseFromBeingTold() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    List<Long> seen = new ArrayList<>();
    partition.onHighWatermark(
        offset -> {
          throw new IllegalStateException("listener");
        });
    partition.onHighWatermark(seen::add);
    for (int i = 0; i < 3; i++) {
      partition
          .waiters()
          .await(
              0,
              () -> {
                seen.add(-1L);
                throw new IllegalStateException("waiter");
              });
    }
    scene.shard.onTopics(
        topics -> {
          throw new IllegalStateException("topics");
        });

    Append append = scene.append(partition, scene.batch(10));
    CompletableFuture<CatalogDecision> created =
        scene.shard.createTopic(new NewTopic("payments", 1, Map.of()));
    scene.step();

    assertInstanceOf(AppendResult.Appended.class, append.durable().join().getFirst());
    assertInstanceOf(CatalogDecision.Accepted.class, created.join());
    assertEquals(List.of(1L, -1L, -1L, -1L), seen);
    scene.shard.close();
  }

  @Test
  void aContinuationThatThrowsKeepsNobodyElseFromBeingAnswered() throws IOException {
    SteppedShard scene = new SteppedShard();
    Partition partition = scene.create("orders");
    Append first = scene.append(partition, scene.batch(10));
    CompletableFuture<Void> guest =
        first
            .durable()
            .thenAccept(
                results -> {
                  throw new IllegalStateException("guest");
                });
    Append second = scene.append(partition, scene.batch(10));

    scene.step();

    assertThrows(CompletionException.class, guest::join);
    assertInstanceOf(AppendResult.Appended.class, second.durable().join().getFirst());
    scene.shard.close();
  }
}
