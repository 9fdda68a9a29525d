package dev.daybook.eventlog;

import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.Decided;
import dev.daybook.eventlog.partition.Partition;
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

/// The event log as a transaction coordinator sees it.
public record LogForTransactions(EventLog log) implements TransactionLog {

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
    return log.partition(id);
  }

  @Override
  public <R> Decided<R> decide(long bytes, Function<Appending, R> decision) {
    return log.decide(bytes, decision);
  }

  @Override
  public RetentionClock retentionClock() {
    return log.retentionClock();
  }

  @Override
  public Executor readers() {
    return log.readers();
  }
}
