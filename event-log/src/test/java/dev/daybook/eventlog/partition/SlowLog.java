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

/// A log for a transaction coordinator whose readers take their time, and whose partitions are not there at first.
///
/// @param failures so many times a partition is not there
record SlowLog(TransactionLog log, Executor readers, AtomicInteger failures)
    implements TransactionLog {
  SlowLog(TransactionLog log, Executor readers) {
    this(log, readers, new AtomicInteger());
  }

  @Override
  public TopicCatalog topics() {
    return log.topics();
  }

  @Override
  public CompletableFuture<CatalogDecision> createTopic(NewTopic topic) {
    return log.createTopic(topic);
  }

  @Override
  public @Nullable Partition partition(PartitionId id) {
    return failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0 ? null : log.partition(id);
  }

  @Override
  public RetentionClock retentionClock() {
    return log.retentionClock();
  }

  @Override
  public <R> Decided<R> decide(long bytes, Function<Appending, R> decision) {
    return log.decide(bytes, decision);
  }
}
