package dev.daybook.eventlog.time;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class SystemSchedulerTest {
  private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

  @Test
  void runsATaskOnItsOwnThreadAfterTheDelay() throws Exception {
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    long startNs = System.nanoTime();
    try (SystemScheduler scheduler = new SystemScheduler("test-scheduler", failures::add)) {
      scheduler.after(Duration.ofMillis(20), () -> threads.add(Thread.currentThread().getName()));
      assertEquals("test-scheduler", threads.take());
      assertTrue(System.nanoTime() - startNs >= 20_000_000);
    }
  }

  @Test
  void tellsOfATaskThatFailsAndRepeatsItNoMore() throws Exception {
    RuntimeException failure = new RuntimeException("broken");
    try (SystemScheduler scheduler = new SystemScheduler("test-scheduler", failures::add)) {
      scheduler.every(
          Duration.ofMillis(1),
          () -> {
            throw failure;
          });
      assertSame(failure, failures.take());
      CountDownLatch later = new CountDownLatch(1);
      scheduler.after(Duration.ofMillis(20), later::countDown);
      later.await();
      assertTrue(failures.isEmpty());
    }
  }

  @Test
  void closesAfterTheRunningTaskAndDropsTheWaitingOnes() throws Exception {
    SystemScheduler scheduler = new SystemScheduler("test-scheduler", failures::add);
    CountDownLatch mayEnd = new CountDownLatch(1);
    block(scheduler, mayEnd);
    scheduler.after(Duration.ofDays(1), () -> {});
    Thread closer = Thread.ofPlatform().start(scheduler::close);
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    mayEnd.countDown();
    closer.join();
  }

  @Test
  void forgetsACancelledTask() throws Exception {
    AtomicBoolean ran = new AtomicBoolean();
    CountDownLatch mayEnd = new CountDownLatch(1);
    CountDownLatch later = new CountDownLatch(1);
    try (SystemScheduler scheduler = new SystemScheduler("test-scheduler", failures::add)) {
      block(scheduler, mayEnd);
      scheduler.after(Duration.ZERO, () -> ran.set(true)).cancel();
      scheduler.after(Duration.ZERO, later::countDown);
      mayEnd.countDown();
      later.await();
      assertFalse(ran.get());
    }
  }

  /// Keeps the scheduler's thread busy; returns when it is.
  private static void block(SystemScheduler scheduler, CountDownLatch mayEnd)
      throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    scheduler.after(
        Duration.ZERO,
        () -> {
          started.countDown();
          while (mayEnd.getCount() > 0) {
            Thread.onSpinWait();
          }
        });
    started.await();
  }
}
