package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.Journal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// What is let in. After admission there are two outcomes only: durable, or the process stops; so whatever
/// may run out is counted here, before a decision.
///
/// The appender asks; the segment writer gives retained memory back; the checkpointer tells the free space.
final class Admission {
  private final Journal journal;
  private final long journalBytes;
  private final long retainedLimitBytes;
  private final long reserveBytes;
  private final AtomicLong retainedBytes = new AtomicLong();
  private final AtomicLong admittedBytes = new AtomicLong();
  private volatile Look lastLook = new Look(Long.MAX_VALUE, 0, 0);
  private volatile boolean diskFull;

  Admission(Journal journal, long journalBytes, long retainedLimitBytes, long reserveBytes) {
    this.journal = journal;
    this.journalBytes = journalBytes;
    this.retainedLimitBytes = retainedLimitBytes;
    this.reserveBytes = reserveBytes;
  }

  /// Whether the next round's entry finds room in memory and in the journal; if not, the appender waits until
  /// the segment writer and the checkpointer have come after.
  boolean roomForARound() {
    return retainedBytes.get() < retainedLimitBytes
        && journal.usedBytes() < journalBytes
        && (!diskFull || journal.hasRoomAhead());
  }

  /// Refuses what a full disk can not take. Internal topics may use most of the reserve, so that offsets can be
  /// committed; the last of it is for those who make room: the catalogue and log starts are not asked here.
  Optional<AppendResult.Refused> refuse(boolean mayUseReserve, int sizeBytes) {
    if (!isDiskFull() || (mayUseReserve && freeBytes() >= reserveBytes / 8)) {
      return Optional.empty();
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
    diskFull = freeBytes() < (diskFull ? reserveBytes + reserveBytes / 4 : fullBytes());
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
