package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.transaction.TransactionLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A shard as a transaction coordinator sees it. Its readers may take their time, and its partitions may not be there at first.
///
/// @param failures so many times a partition is not there
record ShardForTransactions(Shard shard, Executor readers, AtomicInteger failures)
    implements TransactionLog {
  /// What would block is done at once.
  ShardForTransactions(Shard shard) {
    this(shard, Runnable::run);
  }

  ShardForTransactions(Shard shard, Executor readers) {
    this(shard, readers, new AtomicInteger());
  }

  @Override
  public TopicCatalog topics() {
    return shard.topics();
  }

  @Override
  public CompletableFuture<CatalogDecision> createTopic(NewTopic topic) {
    return shard.createTopic(topic);
  }

  @Override
  public @Nullable Partition partition(PartitionId id) {
    return failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? null : shard.partition(id);
  }

  @Override
  public <R> Decided<R> decide(long bytes, Function<Appending, R> decision) {
    return shard.decide(bytes, decision);
  }

  @Override
  public RetentionClock retentionClock() {
    return shard.retentionClock();
  }
}
