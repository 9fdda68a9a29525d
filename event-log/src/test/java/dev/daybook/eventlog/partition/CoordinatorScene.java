package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/// A transaction coordinator on a stepped shard, and groups that note what they are asked. Whoever wants an answer steps the
/// owners until it is there.
abstract class CoordinatorScene {
  static final short OLD = 0;
  static final short RISING = Transaction.RAISES_EPOCH;

  /// The markers that groups were asked for.
  final List<TransactionMarker> asked = new ArrayList<>();

  /// Whether groups take a marker, and are asked again in a moment otherwise.
  boolean groupsAreReady = true;

  SteppedShard scene;
  ManualScheduler scheduler;
  TransactionCoordinator coordinator;

  /// Puts a coordinator with two partitions of state on this shard.
  void coordinate() {
    coordinate(new ShardForTransactions(scene.shard));
  }

  void coordinate(TransactionLog log) {
    scheduler = new ManualScheduler(scene.clock);
    coordinator =
        new TransactionCoordinator(
            log,
            TransactionSettings.of(Map.of(TransactionSettings.STATE_PARTITIONS, "2")),
            scene.clock,
            scheduler);
    coordinator.start(
        (partition, marker) -> {
          asked.add(marker);
          return groupsAreReady
              ? new CompletableFuture<>()
              : CompletableFuture.failedFuture(new IllegalStateException("not yet"));
        });
    settle();
  }

  ProducerIdentity init(String id) {
    return done(coordinator.init(id, 60_000, Optional.empty()));
  }

  ProducerIdentity done(CompletableFuture<TransactionReply> reply) {
    return assertInstanceOf(TransactionReply.Done.class, answer(reply)).producer();
  }

  TransactionFault fault(CompletableFuture<TransactionReply> reply) {
    return assertInstanceOf(TransactionReply.Refused.class, answer(reply)).fault();
  }

  void appended(Append append) {
    assertInstanceOf(AppendResult.Appended.class, result(append));
  }

  Reason reason(Append append) {
    return assertInstanceOf(AppendResult.Refused.class, result(append)).reason();
  }

  /// Of the first part.
  AppendResult result(Append append) {
    return answer(append.durable()).getFirst();
  }

  <T> T answer(CompletableFuture<T> reply) {
    if (!reply.isDone()) {
      settle();
    }
    assertTrue(reply.isDone(), "no answer");
    return reply.join();
  }

  void settle() {
    try {
      scene.shard.settle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TransactionPartition name(Partition partition) {
    return new TransactionPartition(partition.topic().name(), partition.id().index());
  }

  /// One record in a transaction.
  static PartitionAppend batch(Partition partition, ProducerIdentity producer, int sequence) {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .producer(producer.id(), producer.epoch(), sequence)
            .transactional()
            .append(1, ByteBuffer.allocate(1), ByteBuffer.allocate(1))
            .build();
    return new PartitionAppend(partition, batch);
  }
}
