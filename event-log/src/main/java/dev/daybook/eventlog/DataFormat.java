package dev.daybook.eventlog;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a data directory says of itself, in its file `format.json`: the version of what lies in it, and the
/// cluster id that its clients know it by. Written once, before anything else.
///
/// ```json
/// {"format": 0, "cluster.id": "iHq2k7nKQFuDtnWjXwH7Mg"}
/// ```
///
/// @param version of the format on disk
/// @param clusterId the name of this log, the same for ever
public record DataFormat(int version, String clusterId) {
  /// The version this Daybook writes, and the newest it reads. Version 0 is not kept compatible.
  public static final int CURRENT_VERSION = 0;

  private static final String FILE_NAME = "format.json";
  private static final Pattern CONTENT =
      Pattern.compile(
          "\\{\\s*\"format\"\\s*:\\s*(\\d{1,9})\\s*,\\s*\"cluster\\.id\"\\s*:\\s*\"([A-Za-z0-9_-]{22})\"\\s*}\\s*");

  /// Reads the file, or writes it in a new directory.
  ///
  /// @throws IOException when it was written by a newer Daybook, or is no such file
  static DataFormat of(Disk disk, Path dataDirectory) throws IOException {
    Path path = dataDirectory.resolve(FILE_NAME);
    if (!disk.exists(path)) {
      DataFormat fresh = new DataFormat(CURRENT_VERSION, TopicId.random().toString());
      DurableFiles.write(disk, path, StandardCharsets.UTF_8.encode(fresh.toJson()));
      return fresh;
    }
    DataFormat found = parse(path, read(disk, path));
    if (found.version > CURRENT_VERSION) {
      throw new IOException(
          "The data in %s has format %d, this Daybook reads up to %d: start the newer Daybook that wrote it"
              .formatted(dataDirectory, found.version, CURRENT_VERSION));
    }
    return found;
  }

  private static DataFormat parse(Path path, String text) throws IOException {
    Matcher content = CONTENT.matcher(text);
    if (!content.matches()) {
      throw new IOException(
          path + " is not a Daybook's format file: is this the right data directory?");
    }
    return new DataFormat(Integer.parseInt(content.group(1)), content.group(2));
  }

  private static String read(Disk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(4096);
      file.read(bytes, 0);
      return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    }
  }

  private String toJson() {
    return "{\"format\": " + version + ", \"cluster.id\": \"" + clusterId + "\"}\n";
  }
}
