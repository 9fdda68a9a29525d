package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.EpochRaise;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// What the appender is asked to do.
sealed interface Command {
  String STOPPING = "The log is stopping; try again later";

  /// Answers that the log is stopping; nothing was done.
  void refuseStopping();

  /// Appends these batches and markers.
  ///
  /// @param together whether none is to be appended when one is refused
  record AppendParts(List<AppendPart> parts, boolean together, Append reply) implements Command {
    @Override
    public void refuseStopping() {
      refuse(new AppendResult.Refused(AppendResult.Reason.STOPPING, STOPPING));
    }

    /// Answers the same for each part; nothing was done.
    void refuse(AppendResult.Refused refusal) {
      List<AppendResult> results = Collections.nCopies(parts.size(), refusal);
      reply.decided().complete(results);
      reply.durable().complete(results);
    }
  }

  /// Runs somebody's decision, and writes what it appends.
  record Decide<R>(Function<Appending, R> decision, Decided<R> reply) implements Command {
    @Override
    public void refuseStopping() {
      reply.refuse(new IllegalStateException(STOPPING));
    }
  }

  /// Asks the catalogue something and writes down what it decides.
  record AskCatalogue(
      Function<TopicCatalog, CatalogDecision> question, CompletableFuture<CatalogDecision> reply)
      implements Command {
    @Override
    public void refuseStopping() {
      reply.complete(new CatalogDecision.Refused(CatalogDecision.Reason.STOPPING, STOPPING));
    }
  }

  /// Raises a partition's start.
  ///
  /// @param wholeSegments whether the start must not come to lie inside the segment that grows: then it is set to that
  ///     segment's beginning instead
  record RaiseLogStart(
      Partition partition,
      long startOffset,
      boolean wholeSegments,
      CompletableFuture<LogStartResult> reply)
      implements Command {
    @Override
    public void refuseStopping() {
      reply.complete(new LogStartResult.Stopping());
    }
  }

  /// Raises the leader epoch of all partitions.
  record RaiseEpoch(
      EpochRaise.Reason reason, String details, CompletableFuture<CatalogDecision> reply)
      implements Command {
    @Override
    public void refuseStopping() {
      reply.complete(new CatalogDecision.Refused(CatalogDecision.Reason.STOPPING, STOPPING));
    }
  }

  /// Tells what is known of a partition's producers.
  record DescribeProducers(Partition partition, CompletableFuture<List<ActiveProducer>> reply)
      implements Command {
    @Override
    public void refuseStopping() {
      reply.completeExceptionally(new IllegalStateException(STOPPING));
    }
  }

  /// Forgets producers of a partition that were idle for so long.
  record ExpireProducers(Partition partition, long idleNs, CompletableFuture<Integer> reply)
      implements Command {
    @Override
    public void refuseStopping() {
      reply.complete(0);
    }
  }

  /// Hands out a producer id.
  record NewProducerId(CompletableFuture<Long> reply) implements Command {
    @Override
    public void refuseStopping() {
      reply.completeExceptionally(new IllegalStateException(STOPPING));
    }
  }
}
