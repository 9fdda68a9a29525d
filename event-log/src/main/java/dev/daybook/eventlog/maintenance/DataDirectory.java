package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/// A directory that is to hold a log. It is looked at before anything in it is touched: what somebody named by mistake, like
/// `/tmp`, must neither be closed to others nor get a log among its files.
public final class DataDirectory {
  /// What an interrupted first start, file systems, storage boxes, desktops and version control leave in a directory that
  /// people call empty: most of it at the root of a volume that was just made. Not `..data` and its like: those are in volumes
  /// of Kubernetes' own making (ConfigMap, Secret, projected), in which nothing can be written.
  private static final Set<String> NOTHING =
      Set.of(
          ".lock",
          DataFormat.FILE_NAME + ".tmp",
          "lost+found", // ext
          "aquota.user",
          "aquota.group",
          ".fscrypt",
          ".zfs", // snapshots
          ".snapshot",
          ".snapshots",
          "~snapshot",
          ".snap",
          ".glusterfs",
          ".trashcan",
          "@eaDir", // boxes
          "#recycle",
          "#snapshot",
          "System Volume Information", // Windows
          "$RECYCLE.BIN",
          "desktop.ini",
          "Thumbs.db",
          ".DS_Store", // macOS
          ".Spotlight-V100",
          ".fseventsd",
          ".Trashes",
          ".TemporaryItems",
          ".DocumentRevisions-V100",
          ".apdisk",
          ".Trash",
          ".directory",
          ".gitkeep",
          ".gitignore",
          ".keep",
          ".placeholder");

  /// A desktop's waste, by the user's number.
  private static final String TRASH = ".Trash-";

  /// One of these is in every data directory, whole or not, and in every backup; [DataFormat] says what to do with it.
  private static final Set<String> OURS =
      Set.of(DataFormat.FILE_NAME, "shard-0", Manifest.FILE_NAME);

  private DataDirectory() {}

  /// Takes a directory for a log: it is created when it is missing, and closed to other users.
  ///
  /// @throws IOException when there is something else in it, somebody else holds it, or it cannot be written; says what to
  ///     do
  public static DirectoryLock take(Disk disk, Path directory) throws IOException {
    List<String> names = names(disk, directory);
    if (names.stream().noneMatch(OURS::contains)) {
      List<String> foreign = names.stream().filter(name -> !isNothing(name)).toList();
      if (!foreign.isEmpty()) {
        throw new IOException(
            "The directory %s is neither empty nor a data directory of Daybook (there is %s%s): name another one, or one in it that is not there yet"
                .formatted(
                    directory,
                    foreign.getFirst(),
                    foreign.size() > 1 ? " and %d more".formatted(foreign.size() - 1) : ""));
      }
    }
    return DirectoryLock.acquirePrivate(directory);
  }

  /// Whether a directory in which nothing but this lies is empty.
  static boolean isNothing(String name) {
    return NOTHING.contains(name) || name.startsWith(TRASH);
  }

  private static List<String> names(Disk disk, Path directory) throws IOException {
    try {
      return disk.list(directory).stream().map(entry -> entry.getFileName().toString()).toList();
    } catch (IOException e) {
      throw DirectoryLock.unusable(directory, e);
    }
  }
}
