package dev.daybook.eventlog.partition;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/// An append under way: one result for each batch, in the order they were given. Both futures complete on
/// the appender's thread: hop to your own before doing anything that takes time.
///
/// @param decided completes when offsets are assigned; nothing is durable yet, so nobody outside may be told
/// @param durable completes, with the same results, when all they rest on is forced to disk
public record Append(
    CompletableFuture<List<AppendResult>> decided, CompletableFuture<List<AppendResult>> durable) {}
