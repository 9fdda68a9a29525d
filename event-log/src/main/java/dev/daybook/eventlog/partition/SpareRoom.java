package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Room;
import dev.daybook.eventlog.journal.Journal;
import java.io.IOException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is done about a disk that somebody else filled, by the write that met it first: from that moment on appends are
/// refused ([Admission]), not only at the next look at the free space; the [Reserve] gives room, and after it the journal
/// whatever file it can do without. Where both have nothing left, who writes waits: what he was to write is durable in the
/// journal, or is not decided yet.
///
/// A disk that says it has room, and then has none for a write (a quota, no more files), is not believed until the
/// reserve, which gave something up at that moment, could be grown again: that is real.
///
/// Who waits for room is told when there may be more: something was unlinked or trimmed, or the reserve has grown where
/// nothing else is believed. One waits at a time, the appender.
///
/// Asked by the owners' threads, each by itself; it holds nothing of its own but the flags.
final class SpareRoom implements Room {
  private static final Logger LOG = LoggerFactory.getLogger(SpareRoom.class);

  /// So long one waits before one looks again untold: somebody else may have freed some space.
  private static final long PAUSE_NS = 1_000_000_000L;

  private final Admission admission;
  private final Reserve reserve;
  private final Journal journal;
  private final long pauseNs;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();

  /// Whether there may be more room than when somebody waited last. Under the lock, which keeps it from being missed.
  private boolean isNews;

  private volatile boolean mayWait;

  /// Whether what the disk says of its free space counts for nothing.
  private volatile boolean doubtsDisk;

  SpareRoom(Admission admission, Reserve reserve, Journal journal) {
    this(admission, reserve, journal, PAUSE_NS);
  }

  /// @param pauseNs how long one waits at most who is told nothing
  SpareRoom(Admission admission, Reserve reserve, Journal journal, long pauseNs) {
    this.pauseNs = pauseNs;
    this.admission = admission;
    this.reserve = reserve;
    this.journal = journal;
  }

  @Override
  public boolean give(long bytes) throws IOException {
    ranOut(bytes);
    boolean given = reserve.give(bytes) || journal.giveUpSpareFile();
    observe();
    return given;
  }

  @Override
  public boolean giveWhole(long bytes) throws IOException {
    admission.ranOutOfRoom();
    boolean given = makeRoom(bytes);
    observe();
    return given;
  }

  @Override
  public void helped() {
    reserve.helped();
  }

  @Override
  public void ranOut(long bytes) throws IOException {
    admission.ranOutOfRoom();
    long claimed = reserve.usableBytes();
    if (claimed < bytes + reserve.floorBytes()) {
      return;
    }
    if (!doubtsDisk) {
      doubtsDisk = true;
      LOG.warn(
          "the disk has no room for bytes={} though it claims to have free={}: a quota, or no more files? It is taken for full until the reserve can be grown again",
          bytes,
          claimed);
    }
    if (!reserve.isLacking()) {
      reserve.giveUp(reserve.floorBytes());
    }
  }

  /// Sees to it that so much is free, by what can be believed; where it can not, gives up nothing.
  boolean makeRoom(long bytes) throws IOException {
    return doubtsDisk ? reserve.giveWhole(bytes) : reserve.makeRoom(bytes);
  }

  /// Whether appends wait for the reserve to be whole again, because nothing else can be believed.
  boolean doubtsDisk() {
    return doubtsDisk;
  }

  @Override
  public boolean mayWait() {
    return mayWait;
  }

  @Override
  public void waits(boolean some) {
    admission.writesWait(some);
  }

  /// Says whether owners may wait for room: while each has a thread of its own, and nobody waits for them to end.
  void mayWait(boolean may) {
    lock.lock();
    try {
      mayWait = may;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Says that there may be more room than before.
  void mayHaveMore() {
    lock.lock();
    try {
      isNews = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until there may be more room, for a while at most, and not where nobody may wait. What was told since the last
  /// pause is news, too.
  @Override
  public void pause() {
    boolean interrupted = false;
    lock.lock();
    try {
      long leftNs = pauseNs;
      while (mayWait && !isNews && leftNs > 0) {
        try {
          leftNs = news.awaitNanos(leftNs);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      isNews = false;
    } finally {
      lock.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// Whether somebody pauses.
  boolean isAwaited() {
    lock.lock();
    try {
      return lock.hasWaiters(news);
    } finally {
      lock.unlock();
    }
  }

  /// Whether somebody who paused now would be told at once.
  boolean hasNews() {
    lock.lock();
    try {
      return isNews;
    } finally {
      lock.unlock();
    }
  }

  /// Tells [Admission] what the disk has left, the reserve's file included.
  void observe() throws IOException {
    if (doubtsDisk && !reserve.isLacking()) {
      doubtsDisk = false;
      LOG.info("the reserve is whole again, so the disk is believed again");
      mayHaveMore();
    }
    boolean believed = !doubtsDisk;
    admission.observeFreeSpace(() -> (believed ? reserve.usableBytes() : 0) + reserve.heldBytes());
  }
}
