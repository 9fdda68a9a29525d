package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Room;
import dev.daybook.eventlog.journal.Journal;
import java.io.IOException;

/// What is done about a disk that somebody else filled, by the write that met it first: from that moment on appends are
/// refused ([Admission]), not only at the next look at the free space; the [Reserve] gives room, and after it the journal
/// whatever file it can do without. Where both have nothing left, who writes waits: what he was to write is durable in the
/// journal, or is not decided yet.
///
/// Asked by the owners' threads, each by itself; it holds nothing of its own but the two flags.
final class SpareRoom implements Room {
  private final Admission admission;
  private final Reserve reserve;
  private final Journal journal;
  private volatile boolean mayWait;

  SpareRoom(Admission admission, Reserve reserve, Journal journal) {
    this.admission = admission;
    this.reserve = reserve;
    this.journal = journal;
  }

  @Override
  public boolean give(long bytes) throws IOException {
    admission.ranOutOfRoom();
    boolean given = reserve.give(bytes) || journal.giveUpSpareFile();
    observe();
    return given;
  }

  @Override
  public boolean giveWhole(long bytes) throws IOException {
    admission.ranOutOfRoom();
    boolean given = reserve.makeRoom(bytes);
    observe();
    return given;
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
    mayWait = may;
  }

  /// Tells [Admission] what the disk has left, the reserve's file included.
  void observe() throws IOException {
    admission.observeFreeSpace(() -> reserve.usableBytes() + reserve.heldBytes());
  }
}
