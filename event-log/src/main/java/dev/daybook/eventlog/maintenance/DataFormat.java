package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointCheck;
import dev.daybook.eventlog.partition.ShardFiles;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a data directory says of itself: the version of what lies in it, the cluster id that its clients know it by, and
/// whether its log was born. It says so twice, in `format.json` and in a copy of it, `shard-0/format.json`; a [FormatFile]
/// is one of them.
///
/// `format.json` is written before anything else in a new directory: then the log is not born yet, and a start that stops
/// halfway is tried again as the first one. When everything a log needs is durable the mark is set, and then the copy made;
/// a restore does both after everything else. So where the mark is and no log, the log was lost; where the copy is and not
/// the original, that was lost; and a log with neither is half a restore, or of a time before there were copies.
///
/// Versions. 0 was never released: it changed from day to day. 1 is what is drawn in the package-infos now; from here on
/// each version that was released can be read, and a fixture of it is among the tests.
///
/// @param version of the format on disk
/// @param clusterId the name of this log, the same for ever
/// @param born whether there was a log, whole, so that a directory without is no new one
public record DataFormat(int version, String clusterId, boolean born) {
  private static final Logger LOG = LoggerFactory.getLogger(DataFormat.class);

  /// The version this Daybook writes, and the newest it reads.
  public static final int CURRENT_VERSION = 1;

  /// The oldest version this Daybook reads.
  public static final int OLDEST_VERSION = 1;

  static final String FILE_NAME = "format.json";

  /// Whether the directory says of itself that it is one, be it in the copy only.
  public static boolean isIn(Disk disk, Path dataDirectory) throws IOException {
    return disk.exists(FormatFile.originalIn(dataDirectory))
        || disk.exists(ShardFiles.of(dataDirectory, 0).format());
  }

  /// Reads both files, and changes nothing.
  ///
  /// @return empty when the directory is new
  /// @throws IOException when this Daybook cannot read what lies there, or the log is gone, with a sentence that says what
  ///     to do
  public static Optional<DataFormat> find(Disk disk, Path dataDirectory) throws IOException {
    FormatFile original = FormatFile.original(disk, dataDirectory);
    FormatFile copy = FormatFile.copy(disk, dataDirectory);
    if (!original.exists() && !copy.isProven()) {
      refuseWhatIsNoLog(disk, dataDirectory);
      return Optional.empty();
    }
    DataFormat found = original.or(copy);
    found.requireReadable(dataDirectory);
    found.requireLog(disk, dataDirectory);
    return Optional.of(found);
  }

  /// Reads the files, puts `format.json` right from the copy where it must, or writes it in a new directory.
  ///
  /// @throws IOException as [#find]
  public static DataFormat of(Disk disk, Path dataDirectory) throws IOException {
    Optional<DataFormat> found = find(disk, dataDirectory);
    if (found.isPresent()) {
      putRight(disk, dataDirectory);
      return found.get();
    }
    DataFormat fresh = new DataFormat(CURRENT_VERSION, TopicId.random().toString(), false);
    fresh.write(disk, FormatFile.originalIn(dataDirectory));
    return fresh;
  }

  /// Writes `format.json` again where it is lost or damaged and the copy is whole; with more room, if there is none.
  private static void putRight(Disk disk, Path dataDirectory) throws IOException {
    FormatFile original = FormatFile.original(disk, dataDirectory);
    FormatFile copy = FormatFile.copy(disk, dataDirectory);
    if (copy.isProven() && (!original.exists() || original.isDamaged())) {
      LOG.warn(
          "{} is {}, and is written again from {}",
          original.path(),
          original.exists() ? "damaged" : "missing",
          copy.path());
      original.or(copy).writeIfRoom(disk, original.path());
    }
  }

  /// Does for a repair what a start does, where the directory says anything of itself.
  ///
  /// @throws IOException as [#find]: of a log that is gone there is nothing to repair
  static void bringBack(Disk disk, Path dataDirectory) throws IOException {
    if (isIn(disk, dataDirectory)) {
      var _ = find(disk, dataDirectory);
      putRight(disk, dataDirectory);
    }
  }

  /// Notes that the log is there, complete and durable: from now on its loss is not taken for a first start. The original
  /// goes first: a copy is never alone but when that was lost.
  public void markBorn(Disk disk, Path dataDirectory) throws IOException {
    DataFormat marked = new DataFormat(version, clusterId, true);
    boolean room = true;
    for (FormatFile file : FormatFile.both(disk, dataDirectory)) {
      if (room && !file.proves(marked)) {
        room = marked.writeIfRoom(disk, file.path());
      }
    }
  }

  /// As [#markBorn], of a log that was brought here just now: without this mark it would be taken for half of one.
  void markRestored(Disk disk, Path dataDirectory) throws IOException {
    DataFormat marked = new DataFormat(version, clusterId, true);
    marked.write(disk, FormatFile.both(disk, dataDirectory).getFirst().path());
    markBorn(disk, dataDirectory);
  }

  /// A full disk must not keep a log from starting, so then this is left to a later start.
  private boolean writeIfRoom(Disk disk, Path path) throws IOException {
    try {
      write(disk, path);
      return true;
    } catch (IOException e) {
      if (!DiskFull.isCauseOf(e)) {
        throw e;
      }
      LOG.warn("no room to write {}", path);
      return false;
    }
  }

  private void write(Disk disk, Path path) throws IOException {
    DurableFiles.write(disk, path, FormatFile.encode(this));
  }

  /// Refuses a directory whose log is gone as a whole.
  private void requireLog(Disk disk, Path dataDirectory) throws IOException {
    ShardFiles files = ShardFiles.of(dataDirectory, 0);
    if (born && CheckpointCheck.isMissing(disk, files.checkpoint()) && !files.holdLog(disk)) {
      throw new IOException(
          "There was a log in %s, as %s says, and nothing of it is in %s: is a disk not mounted there? Nothing was changed. Bring that directory back, or restore a backup into another directory ('daybook restore BACKUP --data DIR') and start that; to begin an empty log, name a directory that is not there yet"
              .formatted(dataDirectory, FILE_NAME, files.directory()));
    }
  }

  /// Refuses a version that this Daybook cannot read.
  ///
  /// @param where it was found, to be named
  void requireReadable(Path where) throws IOException {
    if (version > CURRENT_VERSION) {
      throw new IOException(
          "The data in %s has format %d, this Daybook reads up to %d: start the newer Daybook that wrote it"
              .formatted(where, version, CURRENT_VERSION));
    }
    if (version < OLDEST_VERSION) {
      throw new IOException(
          "The data in %s has format %d, which was never released and cannot be read: start with another directory, and copy topics from the old one with the Daybook that wrote it"
              .formatted(where, version));
    }
  }

  private static void refuseWhatIsNoLog(Disk disk, Path directory) throws IOException {
    if (disk.exists(directory.resolve(Manifest.FILE_NAME))) {
      throw new IOException(
          "%s is a backup: restore it into another directory ('daybook restore %s --data DIR') and start that"
              .formatted(directory, directory));
    }
    if (disk.exists(directory.resolve("shard-0"))) {
      throw new IOException(
          "%s holds a log but no %s: the file was lost, or a restore into the directory was interrupted. Keep the directory. After a restore, restore again, into another one; else bring the file back: %s"
              .formatted(directory, FILE_NAME, FormatFile.BY_HAND));
    }
  }
}
