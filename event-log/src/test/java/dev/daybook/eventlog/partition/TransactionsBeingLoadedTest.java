package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A restart with many transactions: clients come before these are loaded.
class TransactionsBeingLoadedTest extends CoordinatorScene {
  private static final Set<TransactionPartition> ORDERS =
      Set.of(new TransactionPartition("orders", 0));

  private final Queue<Runnable> readers = new ArrayDeque<>();
  private ProducerIdentity producer;

  @BeforeEach
  void restart() throws IOException {
    scene = new SteppedShard();
    scene.create("orders");
    coordinate();
    producer = init("t");
    done(coordinator.add("t", producer, ORDERS, OLD));
    coordinator.close();
    coordinate(new ShardForTransactions(scene.shard, readers::add));
  }

  @Test
  void whoComesBeforeTheyAreLoadedIsToldSo() throws IOException {
    assertFalse(coordinator.loaded().isDone());
    assertLoading(coordinator.init("t", 60_000, Optional.empty()));
    assertLoading(coordinator.init("another", 60_000, Optional.empty()));
    assertLoading(coordinator.end("t", producer, true, RISING));
    assertLoading(coordinator.add("t", producer, ORDERS, OLD));
  }

  @Test
  void afterThatEverythingIsAsItWas() throws IOException {
    assertLoading(coordinator.end("t", producer, true, OLD));

    while (!readers.isEmpty()) {
      readers.remove().run();
      settle();
    }

    assertTrue(coordinator.loaded().isDone());
    assertEquals(producer, done(coordinator.end("t", producer, true, OLD)));
  }

  private void assertLoading(CompletableFuture<TransactionReply> reply) {
    assertEquals(TransactionFault.LOADING, fault(reply));
  }
}
