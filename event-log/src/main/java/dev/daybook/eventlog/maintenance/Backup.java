package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.Checkpoint;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.LogFiles;
import dev.daybook.eventlog.maintenance.HashedCopy.Hashed;
import dev.daybook.eventlog.maintenance.Manifest.HashedFile;
import dev.daybook.eventlog.maintenance.Manifest.PartitionRange;
import dev.daybook.eventlog.partition.Snapshot;
import dev.daybook.eventlog.partition.Snapshot.SnapshotFile;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a backup of a snapshot: a directory with the segments, the producers and a checkpoint that names them, and the
/// [Manifest]. There is no journal in it: a checkpoint needs none before itself. Sealed segments that have their proof, and
/// so never change, are shared with the log by hard links where both lie on one file system; all else is copied.
///
/// Nothing is taken for whole because it is there: every batch is verified on the way, one by one or by its segment's proof
/// ([SnapshotCheck]). Damage is refused, or, for who wants it so, noted in the manifest.
///
/// Works beside the server that the snapshot was taken of, on a thread of its own. When it fails or the machine stops,
/// what is left has no manifest and is no backup; the log is not touched.
///
/// ```text
/// manifest.json, manifest.sha256                what is here, with hashes; written last
/// shard-0/checkpoint/slot-0, slot-1             where each log ends
/// shard-0/00000000000000000040.producers        producers and their open transactions
/// shard-0/partitions/TOPICID-INDEX/….log        segments; the indexes are derived and not kept
/// ```
public final class Backup {
  /// What becomes of a backup whose source is damaged.
  public enum OnDamage {
    /// There is none.
    REFUSE,
    /// It is made of what is there, and its manifest says what of it is damaged.
    NOTE
  }

  private final Disk disk;
  private final Path target;
  private final OnDamage onDamage;
  private final HashedCopy copy;
  private final List<HashedFile> files = new ArrayList<>();

  private Backup(Disk disk, Path target, OnDamage onDamage, Progress progress) {
    this.disk = disk;
    this.target = target;
    this.onDamage = onDamage;
    this.copy = new HashedCopy(disk, progress);
  }

  /// Refuses a directory in which there is something.
  ///
  /// @throws IOException that says so
  public static void requireEmpty(Disk disk, Path target) throws IOException {
    if (disk.exists(target)
        && (!disk.isDirectory(target) || disk.list(target).stream().anyMatch(Backup::counts))) {
      throw new IOException(
          "%s is not empty: name a directory that is not there yet, or is empty".formatted(target));
    }
  }

  /// Makes a backup. The snapshot stays the caller's to close.
  ///
  /// @param topics to name them
  /// @param askedAt when somebody asked for the snapshot
  /// @param target a directory that is not there yet, or empty
  /// @return what is in it
  /// @throws IOException when it cannot be made; of damage it names topic, partition, file and offsets, and says what to do
  public static Manifest write(
      Disk disk,
      Snapshot snapshot,
      DataFormat format,
      TopicCatalog topics,
      Instant askedAt,
      Path target,
      OnDamage onDamage,
      Progress progress)
      throws IOException {
    requireEmpty(disk, target);
    DurableFiles.createDirectories(disk, target);
    Backup backup = new Backup(disk, target, onDamage, progress);
    SnapshotCheck check = new SnapshotCheck(disk, snapshot, topics, progress);
    try {
      backup.bring(snapshot, check);
      Manifest manifest =
          new Manifest(
              format.version(),
              format.clusterId(),
              askedAt,
              snapshot.marks().sequence(),
              ranges(snapshot, topics),
              backup.files,
              check.damages());
      manifest.write(disk, target);
      return manifest;
    } catch (IOException e) {
      backup.remove(e);
      throw e;
    }
  }

  /// Refuses a target inside of what is to be backed up, wherever links lead.
  public static void requireOutside(Disk disk, Path data, Path target) throws IOException {
    if (disk.realPath(target).startsWith(disk.realPath(data))) {
      throw new IOException(
          "%s lies in the data directory %s: name a directory outside of it, best on another disk"
              .formatted(target, data));
    }
  }

  /// Reads a backup from end to end.
  ///
  /// @return what is in it
  /// @throws IOException when it is none, or something in it is missing or damaged; names the file
  public static Manifest verify(Disk disk, Path backup, Progress progress) throws IOException {
    Manifest manifest = Manifest.read(disk, backup);
    HashedCopy reading = new HashedCopy(disk, progress);
    for (HashedFile file : manifest.files()) {
      Path path = pathOf(backup, file);
      requireSame(path, file, disk.exists(path) ? reading.hash(path) : null);
    }
    return manifest;
  }

  /// Where a file of the backup lies.
  ///
  /// @throws IOException when the manifest leads out of the backup
  static Path pathOf(Path backup, HashedFile file) throws IOException {
    Path path = backup.resolve(file.path()).normalize();
    if (!path.startsWith(backup.normalize()) || !file.path().startsWith("shard-")) {
      throw new IOException(
          "%s names %s, which no backup holds: it was not written by Daybook"
              .formatted(backup.resolve(Manifest.FILE_NAME), file.path()));
    }
    return path;
  }

  /// Compares a file with what the manifest says of it.
  ///
  /// @param found null when the file is missing
  static void requireSame(Path path, HashedFile wanted, @Nullable Hashed found) throws IOException {
    if (found == null) {
      throw new IOException(
          "%s is missing from the backup: use another copy of it".formatted(path));
    }
    if (found.bytes() != wanted.bytes() || !found.sha256().equals(wanted.sha256())) {
      throw new IOException(
          "%s is damaged: its %d bytes have not the hash that the backup was made with; use another copy of it"
              .formatted(path, found.bytes()));
    }
  }

  private void bring(Snapshot snapshot, SnapshotCheck check) throws IOException {
    check.read();
    mind(check);
    Path shard = target.resolve("shard-0");
    for (SnapshotFile file : snapshot.files()) {
      Path to = shard.resolve(file.name());
      Hashed hashed =
          mayBeShared(file) && copy.link(file.held(), to)
              ? copy.hash(to, check.headBytes(file))
              : copy.copy(file.held(), file.bytes(), check.headBytes(file), to);
      check.compare(file, hashed);
      note(to, hashed);
    }
    mind(check);
    Path slots = shard.resolve("checkpoint");
    try (Checkpoint checkpoint = Checkpoint.open(disk, slots)) {
      checkpoint.write(snapshot.marks());
    }
    for (Path slot : disk.list(slots)) {
      note(slot, copy.hash(slot));
    }
    copy.force();
  }

  private void mind(SnapshotCheck check) throws IOException {
    if (onDamage == OnDamage.REFUSE) {
      check.requireWhole();
    }
  }

  private boolean mayBeShared(SnapshotFile file) throws IOException {
    return !file.grows() && file.name().endsWith(".log") && LogFiles.isSettled(disk, file.held());
  }

  private void note(Path file, Hashed hashed) {
    files.add(new HashedFile(target.relativize(file).toString(), hashed.bytes(), hashed.sha256()));
  }

  /// What this made, in a directory that was empty.
  private void remove(IOException failure) {
    try {
      Path shard = target.resolve("shard-0");
      if (disk.exists(shard)) {
        DurableFiles.deleteDirectory(disk, shard);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static List<PartitionRange> ranges(Snapshot snapshot, TopicCatalog topics) {
    return snapshot.marks().partitions().stream()
        .filter(mark -> !mark.id().equals(PartitionId.CATALOGUE))
        .map(mark -> range(mark, topics))
        .toList();
  }

  private static PartitionRange range(PartitionMark mark, TopicCatalog topics) {
    return new PartitionRange(
        topics.byId(mark.id().topic()).map(Topic::name).orElse(""),
        mark.id().topic().toString(),
        mark.id().index(),
        mark.startOffset(),
        mark.nextOffset());
  }

  /// A lock is no content: whoever is about to fill a directory holds one.
  private static boolean counts(Path entry) {
    return !DataDirectory.isNothing(entry.getFileName().toString());
  }
}
