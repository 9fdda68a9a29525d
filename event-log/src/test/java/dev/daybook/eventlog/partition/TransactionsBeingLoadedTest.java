package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.time.ManualScheduler;
import dev.daybook.eventlog.transaction.ProducerIdentity;
import dev.daybook.eventlog.transaction.Transaction;
import dev.daybook.eventlog.transaction.TransactionCoordinator;
import dev.daybook.eventlog.transaction.TransactionFault;
import dev.daybook.eventlog.transaction.TransactionLog;
import dev.daybook.eventlog.transaction.TransactionPartition;
import dev.daybook.eventlog.transaction.TransactionReply;
import dev.daybook.eventlog.transaction.TransactionSettings;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A restart with many transactions: clients come before these are loaded.
class TransactionsBeingLoadedTest {
  private final Queue<Runnable> readers = new ArrayDeque<>();
  private SteppedShard scene;
  private ProducerIdentity producer;
  private TransactionCoordinator restarted;

  @BeforeEach
  void restart() throws IOException {
    scene = new SteppedShard();
    scene.create("orders");
    try (TransactionCoordinator former = coordinator(new ShardForTransactions(scene.shard))) {
      producer = done(former.init("t", 60_000, Optional.empty()));
      done(former.add("t", producer, Set.of(new TransactionPartition("orders", 0)), (short) 0));
    }
    restarted = coordinator(new SlowLog(new ShardForTransactions(scene.shard), readers::add));
  }

  @Test
  void whoComesBeforeTheyAreLoadedIsToldSo() throws IOException {
    assertFalse(restarted.loaded().isDone());
    assertLoading(restarted.init("t", 60_000, Optional.empty()));
    assertLoading(restarted.init("another", 60_000, Optional.empty()));
    assertLoading(restarted.end("t", producer, true, Transaction.RAISES_EPOCH));
    assertLoading(
        restarted.add("t", producer, Set.of(new TransactionPartition("orders", 0)), (short) 0));
  }

  @Test
  void afterThatEverythingIsAsItWas() throws IOException {
    assertLoading(restarted.end("t", producer, true, (short) 0));

    while (!readers.isEmpty()) {
      readers.remove().run();
      scene.shard.settle();
    }

    assertTrue(restarted.loaded().isDone());
    assertEquals(producer, done(restarted.end("t", producer, true, (short) 0)));
  }

  private TransactionCoordinator coordinator(TransactionLog log) {
    TransactionCoordinator made =
        new TransactionCoordinator(
            log,
            TransactionSettings.of(Map.of(TransactionSettings.STATE_PARTITIONS, "2")),
            scene.clock,
            new ManualScheduler(scene.clock));
    made.start((partition, marker) -> new CompletableFuture<>());
    return made;
  }

  private void assertLoading(CompletableFuture<TransactionReply> reply) throws IOException {
    assertEquals(
        TransactionFault.LOADING,
        assertInstanceOf(TransactionReply.Refused.class, answer(reply)).fault());
  }

  private ProducerIdentity done(CompletableFuture<TransactionReply> reply) throws IOException {
    return assertInstanceOf(TransactionReply.Done.class, answer(reply)).producer();
  }

  private <T> T answer(CompletableFuture<T> reply) throws IOException {
    scene.shard.settle();
    assertTrue(reply.isDone(), "no answer");
    return reply.join();
  }
}
