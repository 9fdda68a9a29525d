package dev.daybook.eventlog.transaction;

import dev.daybook.eventlog.record.TransactionMarker;
import java.util.concurrent.CompletableFuture;

/// Who writes markers into the partitions of group offsets: the group coordinator, which keeps the offsets of an open
/// transaction apart until it learns how that ended.
@FunctionalInterface
public interface GroupMarkers {

  /// Ends a transaction in one partition of `__consumer_offsets`; completes when that is durable.
  CompletableFuture<Void> end(int offsetsPartition, TransactionMarker marker);
}
