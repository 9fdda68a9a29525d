package dev.daybook.connectors.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/// The folder of a sink. A finished object is named by what is in it,
///
/// ```
/// TOPIC+PARTITION+OFFSET.jsonl       offset of its first record, 20 digits
/// .TOPIC+PARTITION+OFFSET.UUID.part  one that is being written
/// ```
///
/// and is never replaced: it gets its name by a hard link, which fails if the name is taken. So two tasks that both
/// believe to own a partition cannot spoil one another's work; the slower one learns that it lost.
final class TargetFolder {
  private final Path folder;

  TargetFolder(Path folder) {
    this.folder = folder;
  }

  /// Makes the folder, durably.
  void create() throws IOException {
    Path missing = folder;
    while (!Files.isDirectory(missing)) {
      Path parent = missing.getParent();
      if (parent == null) {
        break;
      }
      missing = parent;
    }
    Files.createDirectories(folder);
    for (Path made = folder;
        !made.equals(missing) && made.getParent() != null;
        made = made.getParent()) {
      force(made.getParent());
    }
    checkPlace();
  }

  /// The offset behind the last finished object of a partition, or -1. Objects nobody finished are removed, which also
  /// stops whoever may still be writing them.
  long nextOffset(TopicPartition partition) throws IOException {
    String prefix = prefix(partition);
    @Nullable Path last = null;
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
      for (Path path : paths) {
        String name = String.valueOf(path.getFileName());
        if (name.startsWith("." + prefix) && name.endsWith(".part")) {
          Files.deleteIfExists(path);
        } else if (name.startsWith(prefix)
            && name.endsWith(".jsonl")
            && (last == null || path.compareTo(last) > 0)) {
          last = path;
        }
      }
    }
    return last == null ? -1 : lastOffset(last) + 1;
  }

  private static long lastOffset(Path object) throws IOException {
    Long offset = JsonLine.offset(lastLine(object));
    if (offset == null) {
      throw new ConnectException(
          object
              + " does not end with a line of this sink, so it is unknown where to go on; move it away");
    }
    return offset;
  }

  private static String lastLine(Path object) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(object.toFile(), "r")) {
      long end = file.length() - 1; // The last byte is the break of the last line.
      long start = end;
      byte[] block = new byte[8192];
      while (start > 0) {
        int length = (int) Math.min(block.length, start);
        file.seek(start - length);
        file.readFully(block, 0, length);
        int breakAt = length - 1;
        while (breakAt >= 0 && block[breakAt] != '\n') {
          breakAt--;
        }
        if (breakAt >= 0) {
          start = start - length + breakAt + 1;
          break;
        }
        start -= length;
      }
      byte[] head = new byte[(int) Math.max(0, Math.min(512, end - start))];
      file.seek(Math.max(0, start));
      file.readFully(head);
      return new String(head, StandardCharsets.UTF_8);
    }
  }

  Path newPart(TopicPartition partition, long offset) throws IOException {
    checkPlace();
    return folder.resolve(
        "." + prefix(partition) + digits(offset) + "." + UUID.randomUUID() + ".part");
  }

  FileChannel open(Path part) throws IOException {
    return FileChannel.open(part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  /// Gives a part that is forced to disk its final name, durably.
  void finish(Path part, TopicPartition partition, long offset) throws IOException {
    checkPlace();
    Path object = folder.resolve(prefix(partition) + digits(offset) + ".jsonl");
    try {
      Files.createLink(object, part);
    } catch (FileAlreadyExistsException written) {
      Files.deleteIfExists(part);
      throw new ConnectException(
          object + " exists: another task has taken over " + partition + "; this one stops",
          written);
    }
    Files.delete(part);
    force(folder);
  }

  /// The folder must still be the place that was checked, not a link put there since.
  private void checkPlace() throws IOException {
    if (!folder.toRealPath().equals(folder)) {
      throw new ConnectException(folder + " was replaced by a link; that is not followed");
    }
  }

  private static void force(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static String prefix(TopicPartition partition) {
    if (!partition.topic().matches("[A-Za-z0-9._-]{1,249}")) {
      throw new ConnectException("'" + partition.topic() + "' is no topic name");
    }
    return partition.topic() + "+" + partition.partition() + "+";
  }

  private static String digits(long offset) {
    return String.format("%020d", offset);
  }
}
