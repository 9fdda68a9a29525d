package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A partition's damage as this process knows it, and the file that keeps it. Asked by every read and append without
/// a lock; found by a recovery, a scrub or a reader, on any thread.
///
/// A range counts from the moment it is found. When the machine stops before it is written down, it is found again.
final class KnownDamage {
  private static final Logger LOG = LoggerFactory.getLogger(KnownDamage.class);

  private final PartitionId id;
  private final LogDirectory directory;
  private final DamageFile file;
  private volatile Damage known;

  private KnownDamage(PartitionId id, LogDirectory directory, DamageFile file, Damage known) {
    this.id = id;
    this.directory = directory;
    this.file = file;
    this.known = known;
  }

  /// What was written down earlier.
  ///
  /// @param nextOffset of the log: a file that cannot be read means damage nobody knows the place of
  static KnownDamage of(
      Disk disk, Path path, LogDirectory directory, PartitionId id, long nextOffset) {
    DamageFile file = new DamageFile(disk, path);
    Damage known = read(file).orElseGet(() -> Damage.NONE.with(unreadable(file, nextOffset)));
    if (known.isOpen()) {
      LOG.error(
          "partition is read-only partition={} damaged={}; restore a backup or run 'daybook repair'",
          id,
          offsets(known));
    }
    return new KnownDamage(id, directory, file, known);
  }

  private static Optional<Damage> read(DamageFile file) {
    try {
      return file.read();
    } catch (IOException e) {
      LOG.warn("cannot read file={} reason={}", file.path(), e.toString());
      return Optional.empty();
    }
  }

  Damage known() {
    return known;
  }

  /// Notes a damaged range, durably.
  synchronized void mark(DamagedRange found) throws IOException {
    Damage more = known.with(found);
    if (more.equals(known)) {
      return;
    }
    known = more;
    LOG.error(
        "partition is damaged and read-only partition={} offsets=\"{}\" reason=\"{}\"; restore a backup or run 'daybook repair'",
        id,
        found.offsets(),
        found.reason());
    directory.prepareForFile();
    file.write(more);
  }

  /// Notes a damaged range that was found now.
  void mark(long fromOffset, long toOffset, String reason) throws IOException {
    mark(DamagedRange.foundNow(fromOffset, toOffset, reason));
  }

  /// Notes what is damaged around an offset, as a reader of it has found.
  void markAround(SegmentView view, long offset, CorruptLogException found) throws IOException {
    Optional<SegmentView.Hole> hole = view.holeAt(offset);
    if (hole.isPresent()) {
      mark(hole.get().fromOffset(), hole.get().toOffset(), String.valueOf(found.getMessage()));
    }
  }

  /// Forgets, durably, what is damaged no more; a full disk leaves that to a later start.
  synchronized void forget(List<DamagedRange> mended) throws IOException {
    if (mended.isEmpty()) {
      return;
    }
    Damage left = known.without(mended);
    try {
      file.write(left);
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      LOG.warn("no room to write {}", file.path());
      return;
    }
    known = left;
    LOG.warn(
        "what was damaged is whole again partition={} offsets=\"{}\"",
        id,
        mended.stream().map(DamagedRange::offsets).toList());
  }

  /// Takes all open damage for lost, durably.
  synchronized void accept(long nextOffset) throws IOException {
    Damage accepted = known.accept(nextOffset);
    file.write(accepted);
    known = accepted;
  }

  private static DamagedRange unreadable(DamageFile file, long nextOffset) {
    return DamagedRange.foundNow(
        nextOffset,
        DamagedRange.UNKNOWN_END,
        file.path() + ", which lists damaged offsets, is damaged itself");
  }

  private static String offsets(Damage damage) {
    return damage.open().stream().map(DamagedRange::offsets).toList().toString();
  }
}
