package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.partition.Appending;
import dev.daybook.eventlog.partition.Decided;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.RetentionClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a transaction coordinator needs of the log.
public interface TransactionLog {

  /// The topics there durably are.
  TopicCatalog topics();

  /// Creates a topic; completes when that is durable, or was refused.
  CompletableFuture<CatalogDecision> createTopic(NewTopic topic);

  /// The live partition; null when there is none.
  @Nullable Partition partition(PartitionId id);

  /// Runs a decision in order with all appends; what it appends is durable as a whole or not at all.
  <R> Decided<R> decide(long bytes, Function<Appending, R> decision);

  /// The time by which ids are forgotten that nobody uses.
  RetentionClock retentionClock();

  /// Where blocking reads run.
  Executor readers();
}
