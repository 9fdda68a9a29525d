package dev.daybook.connect.control;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A virtual thread that does one thing after the other. What belongs to it is touched by nobody else.
final class Mailbox {

  private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

  private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
  private final Thread owner;
  private volatile boolean closed;

  Mailbox(String name) {
    owner = Thread.ofVirtual().name(name).start(this::work);
  }

  private void work() {
    try {
      while (!closed || !queue.isEmpty()) {
        Runnable next = queue.take();
        try {
          next.run();
        } catch (RuntimeException e) {
          LOG.error(
              "{} failed at something it was asked to do", Thread.currentThread().getName(), e);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("{} was interrupted and ends", Thread.currentThread().getName());
    }
  }

  void post(Runnable work) {
    if (!closed) {
      queue.add(work);
    }
  }

  <T> CompletableFuture<T> call(Callable<T> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    if (closed) {
      answer.completeExceptionally(new RejectedExecutionException("The worker is closing"));
      return answer;
    }
    queue.add(
        () -> {
          try {
            answer.complete(work.call());
          } catch (Exception e) {
            answer.completeExceptionally(e);
          }
        });
    return answer;
  }

  /// Does `last` after everything before it and then ends.
  CompletableFuture<Void> close(Runnable last) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    queue.add(
        () -> {
          try {
            last.run();
          } finally {
            done.complete(null);
          }
        });
    closed = true;
    return done;
  }

  void interrupt() {
    owner.interrupt();
  }
}
