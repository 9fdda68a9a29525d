package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import dev.daybook.eventlog.transaction.TransactionLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A shard as a transaction coordinator sees it; what would block is done at once.
record ShardForTransactions(Shard shard) implements TransactionLog {
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
    return shard.partition(id);
  }

  @Override
  public <R> Decided<R> decide(long bytes, Function<Appending, R> decision) {
    return shard.decide(bytes, decision);
  }

  @Override
  public RetentionClock retentionClock() {
    return shard.retentionClock();
  }

  @Override
  public Executor readers() {
    return Runnable::run;
  }
}
