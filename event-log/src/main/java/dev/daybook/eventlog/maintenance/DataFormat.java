package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a data directory says of itself, in its file `format.json`: the version of what lies in it, and the
/// cluster id that its clients know it by. Written once: before anything else in a new directory, after everything else by
/// a restore, so that there is no log without it.
///
/// ```json
/// {"format": 1, "cluster.id": "iHq2k7nKQFuDtnWjXwH7Mg"}
/// ```
///
/// Versions. 0 was never released: it changed from day to day. 1 is what is drawn in the package-infos now; from here on
/// each version that was released can be read, and a fixture of it is among the tests.
///
/// @param version of the format on disk
/// @param clusterId the name of this log, the same for ever
public record DataFormat(int version, String clusterId) {
  /// The version this Daybook writes, and the newest it reads.
  public static final int CURRENT_VERSION = 1;

  /// The oldest version this Daybook reads.
  public static final int OLDEST_VERSION = 1;

  static final String FILE_NAME = "format.json";

  private static final Pattern CONTENT =
      Pattern.compile(
          "\\{\\s*\"format\"\\s*:\\s*(\\d{1,9})\\s*,\\s*\"cluster\\.id\"\\s*:\\s*\"([A-Za-z0-9_-]{22})\"\\s*}\\s*");

  /// Reads the file.
  ///
  /// @return empty when the directory is new
  /// @throws IOException when this Daybook cannot read what lies there, with a sentence that says what to do
  public static Optional<DataFormat> find(Disk disk, Path dataDirectory) throws IOException {
    Path path = dataDirectory.resolve(FILE_NAME);
    if (!disk.exists(path)) {
      refuseWhatIsNoLog(disk, dataDirectory);
      return Optional.empty();
    }
    String text = new String(DurableFiles.read(disk, path), StandardCharsets.UTF_8);
    Matcher content = CONTENT.matcher(text);
    if (!content.matches()) {
      throw new IOException(
          path + " is not a Daybook's format file: is this the right data directory?");
    }
    DataFormat found = new DataFormat(Integer.parseInt(content.group(1)), content.group(2));
    found.requireReadable(dataDirectory);
    return Optional.of(found);
  }

  /// Reads the file, or writes it in a new directory.
  ///
  /// @throws IOException as [#find]
  public static DataFormat of(Disk disk, Path dataDirectory) throws IOException {
    Optional<DataFormat> found = find(disk, dataDirectory);
    if (found.isPresent()) {
      return found.get();
    }
    DataFormat fresh = new DataFormat(CURRENT_VERSION, TopicId.random().toString());
    fresh.write(disk, dataDirectory);
    return fresh;
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

  void write(Disk disk, Path dataDirectory) throws IOException {
    DurableFiles.write(
        disk, dataDirectory.resolve(FILE_NAME), StandardCharsets.UTF_8.encode(toJson()));
  }

  private static void refuseWhatIsNoLog(Disk disk, Path directory) throws IOException {
    if (disk.exists(directory.resolve(Manifest.FILE_NAME))) {
      throw new IOException(
          "%s is a backup: restore it into another directory ('daybook restore %s --data DIR') and start that"
              .formatted(directory, directory));
    }
    if (disk.exists(directory.resolve("shard-0"))) {
      throw new IOException(
          "%s holds a log but no %s, so a restore into it was interrupted, or the file was lost: remove the directory and restore again, or bring the file back"
              .formatted(directory, FILE_NAME));
    }
  }

  private String toJson() {
    return "{\"format\": " + version + ", \"cluster.id\": \"" + clusterId + "\"}\n";
  }
}
