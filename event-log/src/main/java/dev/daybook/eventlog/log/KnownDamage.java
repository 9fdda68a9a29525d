package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
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
      LOG.error("partition is read-only partition={} damaged={}", id, offsets(known));
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
        "partition is damaged and read-only partition={} offsets=\"{}\" reason=\"{}\"",
        id,
        found.offsets(),
        found.reason());
    directory.prepareForFile();
    file.write(more);
  }

  /// Notes a damaged range that was found now.
  void mark(long fromOffset, long toOffset, String reason) throws IOException {
    mark(new DamagedRange(fromOffset, toOffset, reason, Clock.system().wallMs()));
  }

  /// Takes all open damage for lost, durably.
  synchronized void accept(long nextOffset) throws IOException {
    Damage accepted = known.accept(nextOffset);
    file.write(accepted);
    known = accepted;
  }

  private static DamagedRange unreadable(DamageFile file, long nextOffset) {
    return new DamagedRange(
        nextOffset,
        DamagedRange.UNKNOWN_END,
        file.path() + ", which lists damaged offsets, is damaged itself",
        Clock.system().wallMs());
  }

  private static String offsets(Damage damage) {
    return damage.open().stream().map(DamagedRange::offsets).toList().toString();
  }
}
