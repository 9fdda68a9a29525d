package dev.daybook.registry;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads `_schemas` from the beginning and then follows it, on a thread of its own, and hands every record on in
/// order, once. When the log is away it tries again from where it was. When the log comes back without what was read from it,
/// this ends: memory and log would tell two stories.
final class SchemaTail implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaTail.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /// What the reader does with the records; called on the tail's thread.
  interface Listener {
    void read(List<SchemaLog.Entry> entries);

    /// Everything that was in the log when reading began has been handed on. Called once.
    void caughtUp();

    /// Records that were handed on are gone from the log; nothing more will come. Called once.
    void cut();
  }

  private record Waiter(long offset, CompletableFuture<Void> done) {}

  private final SchemaLog log;
  private final Listener listener;
  private final Thread thread;
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile SchemaLog.@Nullable Reader reader;
  private volatile long position;
  private int leaderEpoch = -1;
  private boolean caughtUp;
  private String lastReason = "";

  SchemaTail(String name, SchemaLog log, Listener listener) {
    this.log = log;
    this.listener = listener;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  SchemaTail start() {
    thread.start();
    return this;
  }

  /// Completes when everything that is in the log now has been handed on.
  CompletableFuture<Void> catchUp() {
    return log.endOffset().thenCompose(this::reached);
  }

  private CompletableFuture<Void> reached(long offset) {
    var waiter = new Waiter(offset, new CompletableFuture<>());
    waiters.add(waiter);
    answerWaiters();
    return waiter.done();
  }

  private boolean running() {
    return stopped.getCount() > 0;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (running()) {
      try {
        follow();
      } catch (SchemaLog.CutException e) {
        LOG.error(
            "what is known of schemas is not to be trusted any more reason={}", e.getMessage());
        listener.cut();
        return;
      } catch (KafkaException | CompletionException e) {
        if (running()) {
          warn(String.valueOf(e.getMessage()));
          pause = pauseFor(pause);
        }
      }
    }
  }

  private void warn(String reason) {
    if (!reason.equals(lastReason)) {
      lastReason = reason;
      LOG.warn("cannot read schemas, trying again reason={}", reason);
    }
  }

  private void follow() {
    log.prepare();
    long end = log.endOffset().join();
    try (SchemaLog.Reader opened = log.read(position, leaderEpoch)) {
      reader = opened;
      while (running()) {
        List<SchemaLog.Entry> entries = opened.poll(caughtUp ? POLL : FIRST_PAUSE);
        if (!entries.isEmpty()) {
          listener.read(entries);
          position = entries.getLast().offset() + 1;
          leaderEpoch = entries.getLast().leaderEpoch();
        }
        position = opened.position();
        answerWaiters();
        if (!caughtUp && position >= end) {
          caughtUp = true;
          listener.caughtUp();
        }
      }
    } finally {
      reader = null;
    }
  }

  /// Called by whoever waits, too: the position may have passed while the waiter was on its way into the queue.
  private void answerWaiters() {
    waiters.removeIf(waiter -> waiter.offset() <= position && waiter.done().complete(null));
  }

  private Duration pauseFor(Duration pause) {
    try {
      var _ = stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Duration next = pause.multipliedBy(2);
    return next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
  }

  @Override
  public void close() {
    stopped.countDown();
    SchemaLog.Reader current = reader;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
