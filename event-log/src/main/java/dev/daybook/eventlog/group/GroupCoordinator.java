package dev.daybook.eventlog.group;

import dev.daybook.eventlog.record.TransactionMarker;
import java.util.concurrent.CompletableFuture;

/// Keeps consumer groups: members, assignments and committed offsets. Its state is in the log, in
/// `__consumer_offsets`, and nowhere else: when the machine stops, what was answered is there after the next
/// start, and members go on in the generation they had.
///
/// Nothing is created before the first request: a daybook without groups has no offsets topic and no
/// coordinator's threads. Called from any thread; never blocks the caller. Futures complete on the
/// coordinator's threads: hop to your own before doing anything that takes time.
///
/// @param <M> the protocol's message, request or response
public interface GroupCoordinator<M> extends AutoCloseable {

  /// Makes the coordinator ready: creates the offsets topic if there is none and loads what is in it. The first
  /// request does this by itself; whoever is asked *where* a group's coordinator is, knows that one will come.
  /// Fails when the log refuses the topic; the next call tries again.
  CompletableFuture<Void> start();

  /// Answers one request. The future never fails: every fault is an answer that carries its error code. It
  /// completes when all the answer rests on is durable.
  CompletableFuture<M> answer(GroupRequest<M> request);

  /// The partition of the offsets topic that a group's state is in.
  CompletableFuture<Integer> partitionOf(String groupId);

  /// Tells the groups of one partition how a transaction ended that commits offsets there; completes when that is
  /// durable. Fails while the coordinator is not ready; then ask again.
  CompletableFuture<Void> endTransaction(int offsetsPartition, TransactionMarker marker);

  /// Answers what is under way with an error that clients retry, and stops all threads. Members stay members:
  /// their session goes on with the next start. Close it before the log.
  @Override
  void close();
}
