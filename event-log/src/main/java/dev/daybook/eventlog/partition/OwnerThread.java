package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.NoRoomException;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The one thread that steps an owner. An error on it is the end: the process must stop, because what the
/// owner decided half-way can not be taken back.
final class OwnerThread implements AutoCloseable {
  private final Owner owner;
  private final Consumer<Throwable> onFatal;
  private final Thread thread;
  private volatile boolean asleep;
  private volatile boolean stopping;
  private volatile boolean failed;

  OwnerThread(String name, Owner owner, Consumer<Throwable> onFatal) {
    this.owner = owner;
    this.onFatal = onFatal;
    this.thread = new Thread(this::run, name);
  }

  void start() {
    thread.start();
  }

  /// Ends the owner's sleep. Called from any thread, cheap when the owner is awake.
  void wake() {
    if (asleep) {
      LockSupport.unpark(thread);
    }
  }

  /// Whether an error ended the owner, or a stop while it waited for room; what it owns must not be used any more.
  boolean failed() {
    return failed;
  }

  /// Stops after the round under way and waits for that.
  @Override
  public void close() {
    stopping = true;
    LockSupport.unpark(thread);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        if (owner.doWork() == 0) {
          sleep();
        }
      }
    } catch (NoRoomException e) {
      // An owner waits for room until it is stopped, and that not half-way: what it was to write is
      // not there, and the next start recovers.
      failed = true;
    } catch (Throwable fatal) {
      failed = true;
      onFatal.accept(fatal);
    }
  }

  /// Says that it sleeps, looks once more for work that came before that was seen, and sleeps.
  private void sleep() throws IOException {
    asleep = true;
    try {
      if (owner.doWork() == 0 && !stopping) {
        LockSupport.parkNanos(owner.idleNs());
      }
    } finally {
      asleep = false;
    }
  }
}
