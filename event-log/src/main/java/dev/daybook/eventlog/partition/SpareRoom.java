package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Room;
import dev.daybook.eventlog.journal.Journal;
import java.io.IOException;
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
/// Asked by the owners' threads, each by itself; it holds nothing of its own but the flags.
final class SpareRoom implements Room {
  private static final Logger LOG = LoggerFactory.getLogger(SpareRoom.class);

  private final Admission admission;
  private final Reserve reserve;
  private final Journal journal;
  private volatile boolean mayWait;

  /// Whether what the disk says of its free space counts for nothing.
  private volatile boolean doubtsDisk;

  SpareRoom(Admission admission, Reserve reserve, Journal journal) {
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
    mayWait = may;
  }

  /// Tells [Admission] what the disk has left, the reserve's file included.
  void observe() throws IOException {
    if (doubtsDisk && !reserve.isLacking()) {
      doubtsDisk = false;
      LOG.info("the reserve is whole again, so the disk is believed again");
    }
    boolean believed = !doubtsDisk;
    admission.observeFreeSpace(() -> (believed ? reserve.usableBytes() : 0) + reserve.heldBytes());
  }
}
