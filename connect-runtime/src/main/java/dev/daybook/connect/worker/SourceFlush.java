package dev.daybook.connect.worker;

import dev.daybook.connect.offset.AckedOffsets;
import dev.daybook.connect.offset.OffsetStore;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Commits a source task's offsets: now and then from a thread of its own, and a last time from the task's thread.
/// What a failed flush could not write stays for the next one. After each good flush the task's `commit()` is called.
final class SourceFlush {

  private static final Logger LOG = LoggerFactory.getLogger(SourceFlush.class);

  private final TaskId id;
  private final SourceTask task;
  private final AckedOffsets acked;
  private final OffsetStore store;
  private final Duration interval;
  private final Duration timeout;
  private final ReentrantLock flushing = new ReentrantLock();
  private final Map<Map<String, Object>, Map<String, Object>> pending = new LinkedHashMap<>();
  private volatile boolean abandoned;
  private volatile boolean stopped;
  private final Thread thread;

  SourceFlush(
      TaskId id,
      SourceTask task,
      AckedOffsets acked,
      OffsetStore store,
      Duration interval,
      Duration timeout) {
    this.id = id;
    this.task = task;
    this.acked = acked;
    this.store = store;
    this.interval = interval;
    this.timeout = timeout;
    this.thread = Thread.ofVirtual().name("flush-" + id).unstarted(this::flushRegularly);
  }

  void start() {
    thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
    thread.start();
  }

  private void flushRegularly() {
    try {
      while (!stopped) {
        Thread.sleep(interval);
        flush();
      }
    } catch (InterruptedException e) {
      LOG.debug("Regular flushes of {} ended", id);
    }
  }

  /// Ends the regular flushes; one under way is finished first.
  void stop() throws InterruptedException {
    stopped = true;
    flushing.lock();
    try {
      thread.interrupt();
    } finally {
      flushing.unlock();
    }
    thread.join(timeout);
  }

  /// From now on no offset of this task is written any more, for another one may have taken its place.
  void abandon() {
    abandoned = true;
    stopped = true;
    thread.interrupt();
  }

  /// Waits for what is in flight and commits a last time.
  void finish(Duration patience) throws InterruptedException {
    if (!acked.awaitAll(patience.toMillis())) {
      LOG.warn("Task {} stops with records unacknowledged; they will be read again", id);
    }
    flush();
  }

  void flush() throws InterruptedException {
    flushing.lock();
    try {
      pending.putAll(acked.takeCommittable());
      if (abandoned || !write()) {
        return;
      }
      commit();
    } finally {
      flushing.unlock();
    }
  }

  private boolean write() throws InterruptedException {
    if (pending.isEmpty()) {
      return true;
    }
    try {
      store.write(id.connector(), pending).get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      pending.clear();
      return true;
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn(
          "Offsets of {} could not be written and are kept for the next flush: {}",
          id,
          e.toString());
      return false;
    }
  }

  private void commit() throws InterruptedException {
    try {
      task.commit();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.error("Task {} failed in commit, which has no consequence: {}", id, e.toString());
    }
  }
}
