package dev.daybook.eventlog.partition;

import java.util.ArrayList;
import java.util.List;

/// The threads of a shard's owners, one each. As long as there are none, who holds the shard steps the owners himself: a test, or
/// a repair.
final class OwnerThreads implements AutoCloseable {
  private volatile List<OwnerThread> threads = List.of();

  /// Starts the threads without which the log does not go on, the appender's first.
  void start(List<OwnerThread> first) {
    threads = List.copyOf(first);
    first.forEach(OwnerThread::start);
  }

  /// Starts one more, of an owner that works in the background. Called by who called [#start].
  void startAlso(OwnerThread thread) {
    List<OwnerThread> more = new ArrayList<>(threads);
    more.add(thread);
    threads = List.copyOf(more);
    thread.start();
  }

  boolean areStarted() {
    return !threads.isEmpty();
  }

  /// Any thread.
  void wakeAppender() {
    if (areStarted()) {
      threads.getFirst().wake();
    }
  }

  /// Whether an owner was ended by an error: what it owns must not be used any more.
  boolean anyFailed() {
    return threads.stream().anyMatch(OwnerThread::failed);
  }

  /// Stops each after its round under way, and waits for that.
  @Override
  public void close() {
    threads.forEach(OwnerThread::close);
  }
}
