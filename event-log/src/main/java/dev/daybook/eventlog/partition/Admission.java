package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is let in. After admission there are two outcomes only: durable, or the process stops; so whatever
/// may run out is counted here, before a decision.
///
/// The appender asks; the segment writer gives retained memory back; the checkpointer tells the free space, and whoever
/// finds no room for a write says so at once ([SpareRoom]).
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Journal journal;
  private final long journalBytes;
  private final long roundBytes;
  private final long retainedLimitBytes;
  private final long reserveBytes;
  private final AtomicLong retainedBytes = new AtomicLong();
  private final AtomicLong admittedBytes = new AtomicLong();
  private volatile Look lastLook = new Look(Long.MAX_VALUE, 0, 0);
  private volatile boolean diskFull;

  /// Whether a write of what was admitted waits for room.
  private volatile boolean writesWait;

  /// Whether a write has found no room since the disk became full. That there was some for a moment does not end it: who
  /// fills the disk takes that, too.
  private volatile boolean ranOut;

  /// Whether it was told that commits are refused, since the disk became full. The appender's.
  private boolean toldOfCommits;

  /// Bytes admitted though the share of the reserve that they may use is gone.
  private final AtomicLong creditBytes = new AtomicLong();

  /// @param roundBytes about what one entry of the journal holds
  Admission(
      Journal journal,
      long journalBytes,
      long roundBytes,
      long retainedLimitBytes,
      long reserveBytes) {
    this.journal = journal;
    this.journalBytes = journalBytes;
    this.roundBytes = roundBytes;
    this.retainedLimitBytes = retainedLimitBytes;
    this.reserveBytes = reserveBytes;
  }

  /// Whether the next round's entry finds room in memory and in the journal; if not, the appender waits until
  /// the segment writer and the checkpointer have come after. While the segment writer can not come after, because the disk
  /// is full, memory does not count: what would fill it is refused, and must hear that.
  boolean roomForARound() throws IOException {
    return (writesWait || retainedBytes.get() < retainedLimitBytes)
        && journal.usedBytes() < journalBytes
        && (diskFull ? roomForALittle() : roomInTheJournal());
  }

  /// What is decided needs room in the journal, so its next file comes before the decision. Without one the disk is full
  /// while some of the file in use is left, for those who may still append and for those who are refused.
  private boolean roomInTheJournal() throws IOException {
    if (journal.fits(3 * roundBytes) || journal.hasRoomAhead()) {
      return true;
    }
    journal.prepareAhead();
    if (journal.hasRoomAhead()) {
      return true;
    }
    ranOutOfRoom();
    return roomForALittle();
  }

  private boolean roomForALittle() {
    return journal.fits(roundBytes / 2) || journal.hasRoomAhead();
  }

  /// Refuses what a full disk can not take. Internal topics may use most of the reserve, so that offsets can be
  /// committed; the last of it, and of the journal, is for those who make room: the catalogue and log starts are not asked
  /// here. Where somebody else took the disk before there was a reserve, commits get a little on credit: the journal has room
  /// for them, and memory keeps them until segments can.
  Optional<AppendResult.Refused> refuse(boolean mayUseReserve, int sizeBytes) {
    if (!isDiskFull()) {
      toldOfCommits = false;
      return Optional.empty();
    }
    if (mayUseReserve && journalTakesCommits() && (reserveIsLeft() || creditIsLeft())) {
      return Optional.empty();
    }
    if (mayUseReserve && !toldOfCommits) {
      toldOfCommits = true;
      LOG.warn(
          "the disk is so full that also offset commits and transactions are refused, until there is room: delete topics or records, free some space, or add a larger disk freeBytes={} journalHasRoom={}",
          freeBytes(),
          journalTakesCommits());
    }
    return Optional.of(
        new AppendResult.Refused(
            AppendResult.Reason.STORAGE_FULL,
            "The disk has less than "
                + (reserveBytes >> 20)
                + " MiB left, "
                + sizeBytes
                + " bytes were not appended; free some space or add a larger disk"));
  }

  /// Two rounds of the last file are kept for who makes room.
  private boolean journalTakesCommits() {
    return journal.hasRoomAhead() || journal.fits(2 * roundBytes);
  }

  /// While a write finds none of it, it is not there, whatever the disk says.
  private boolean reserveIsLeft() {
    return !writesWait && freeBytes() >= reserveBytes / 8;
  }

  private boolean creditIsLeft() {
    return ranOut && creditBytes.get() < reserveBytes / 16 && journal.hasRoomAhead();
  }

  /// Whether only the reserve is left, counting what was admitted since somebody looked.
  boolean isDiskFull() {
    if (!diskFull && freeBytes() < fullBytes()) {
      diskFull = true;
    }
    return diskFull;
  }

  long retainedBytes() {
    return retainedBytes.get();
  }

  /// A batch is kept in memory from now on, and will be on the disk.
  void retained(int bytes) {
    retainedBytes.addAndGet(bytes);
    admittedBytes.addAndGet(bytes);
    if (diskFull && !reserveIsLeft()) {
      creditBytes.addAndGet(bytes);
    }
  }

  /// A write has found no room, whatever the disk said when it was asked.
  void ranOutOfRoom() {
    diskFull = true;
    ranOut = true;
  }

  /// Says whether a write waits for room. As long as one does the disk is full, whatever it says.
  void writesWait(boolean some) {
    if (some) {
      ranOutOfRoom();
    }
    writesWait = some;
  }

  boolean doWritesWait() {
    return writesWait;
  }

  /// Batches of so many bytes are in their segments.
  void released(long bytes) {
    retainedBytes.addAndGet(-bytes);
  }

  /// Looks at the free space of the disk, the reserve's file included: full below the reserve, free again a quarter above it.
  void observeFreeSpace(FreeSpace disk) throws IOException {
    long admitted = admittedBytes.get();
    long unwritten = retainedBytes.get();
    lastLook = new Look(disk.usableBytes(), admitted, unwritten);
    diskFull =
        writesWait || freeBytes() < (diskFull ? reserveBytes + reserveBytes / 4 : fullBytes());
    if (reserveIsLeft()) {
      creditBytes.set(0);
    }
    if (!diskFull) {
      ranOut = false;
    }
  }

  /// A little more than the reserve: what is admitted has to find room beside it.
  private long fullBytes() {
    return reserveBytes + reserveBytes / 16;
  }

  /// Each byte admitted since the last look is counted twice: it may need a new journal file, and will need
  /// its segment.
  long freeBytes() {
    Look look = lastLook;
    return look.usableBytes - look.unwrittenBytes - 2 * (admittedBytes.get() - look.admittedBytes);
  }

  /// Tells how many bytes may still be written.
  @FunctionalInterface
  interface FreeSpace {
    long usableBytes() throws IOException;
  }

  /// What was known before the disk was asked, and what it said.
  private record Look(long usableBytes, long admittedBytes, long unwrittenBytes) {}
}
