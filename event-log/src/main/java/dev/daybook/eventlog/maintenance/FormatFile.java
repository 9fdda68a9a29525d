package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.partition.ShardFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/// One of the two files that hold a [DataFormat], as it was found.
///
/// ```json
/// {"format": 1, "cluster.id": "iHq2k7nKQFuDtnWjXwH7Mg", "born": true, "crc": "1e2f3a4b"}
/// ```
/// The CRC32C is that of `1 iHq2k7nKQFuDtnWjXwH7Mg true`: of what is said, not of how it is laid out. A file that was
/// written before there was one ends behind the cluster id; nothing proves it.
///
/// @param content empty when there is no file, or it is damaged
/// @param isProven whether it is whole, by its CRC
record FormatFile(Path path, boolean exists, Optional<DataFormat> content, boolean isProven) {
  /// How a lost file is made anew.
  static final String BY_HAND =
      "it reads {\"format\": 1, \"cluster.id\": \"ID\"}, where ID is the clusterId in manifest.json of any backup of this log; without one, name another directory and restore a backup into it";

  private static final Pattern CONTENT =
      Pattern.compile(
          "\\{\\s*\"format\"\\s*:\\s*(\\d{1,9})\\s*,\\s*\"cluster\\.id\"\\s*:\\s*\"([A-Za-z0-9_-]{22})\"\\s*"
              + "(,\\s*\"born\"\\s*:\\s*(true|false)\\s*,\\s*\"crc\"\\s*:\\s*\"([0-9a-f]{8})\"\\s*)?}\\s*");

  static Path originalIn(Path dataDirectory) {
    return dataDirectory.resolve(DataFormat.FILE_NAME);
  }

  static FormatFile original(Disk disk, Path dataDirectory) throws IOException {
    return read(disk, originalIn(dataDirectory));
  }

  static FormatFile copy(Disk disk, Path dataDirectory) throws IOException {
    return read(disk, ShardFiles.of(dataDirectory, 0).format());
  }

  /// The original, then the copy.
  static List<FormatFile> both(Disk disk, Path dataDirectory) throws IOException {
    return List.of(original(disk, dataDirectory), copy(disk, dataDirectory));
  }

  private static FormatFile read(Disk disk, Path path) throws IOException {
    if (!disk.exists(path)) {
      return new FormatFile(path, false, Optional.empty(), false);
    }
    Matcher content =
        CONTENT.matcher(new String(DurableFiles.read(disk, path), StandardCharsets.UTF_8));
    if (!content.matches()) {
      return new FormatFile(path, true, Optional.empty(), false);
    }
    boolean hasCrc = content.group(3) != null;
    DataFormat said =
        new DataFormat(
            Integer.parseInt(content.group(1)),
            content.group(2),
            hasCrc && content.group(4).equals("true"));
    if (hasCrc && !content.group(5).equals(crcOf(said))) {
      return new FormatFile(path, true, Optional.empty(), false);
    }
    return new FormatFile(path, true, Optional.of(said), hasCrc);
  }

  static ByteBuffer encode(DataFormat format) {
    return StandardCharsets.UTF_8.encode(
        "{\"format\": %d, \"cluster.id\": \"%s\", \"born\": %s, \"crc\": \"%s\"}\n"
            .formatted(format.version(), format.clusterId(), format.born(), crcOf(format)));
  }

  private static String crcOf(DataFormat format) {
    CRC32C crc = new CRC32C();
    crc.update(
        StandardCharsets.UTF_8.encode(
            format.version() + " " + format.clusterId() + " " + format.born()));
    return "%08x".formatted(crc.getValue());
  }

  boolean isDamaged() {
    return exists && content.isEmpty();
  }

  boolean proves(DataFormat format) {
    return isProven && content.filter(format::equals).isPresent();
  }

  /// What this file says, or the copy of it where this one is not whole. What is proven goes before what is not.
  ///
  /// @throws IOException when nothing is whole, or two logs are named
  DataFormat or(FormatFile copy) throws IOException {
    if (!copy.isProven) {
      DataFormat alone = content.orElseThrow(this::damaged);
      if (!isProven && alone.version() > DataFormat.CURRENT_VERSION) {
        throw strange(alone.version());
      }
      return alone;
    }
    DataFormat copied = copy.content.orElseThrow();
    if (!isProven) {
      return copied;
    }
    DataFormat said = content.orElseThrow();
    if (said.version() != copied.version() || !said.clusterId().equals(copied.clusterId())) {
      throw new IOException(
          "%s says that this is the log %s in format %d, %s that it is %s in format %d: one of them was brought from elsewhere. Nothing was changed. Bring back the file that belongs to the other, or the directory"
              .formatted(
                  path,
                  said.clusterId(),
                  said.version(),
                  copy.path,
                  copied.clusterId(),
                  copied.version()));
    }
    return said.born() ? said : copied;
  }

  private IOException strange(int version) {
    return new IOException(
        "%s names format %d, this Daybook reads up to %d: start the newer Daybook that wrote it; if none did, the file is damaged, so keep the directory and bring the file back: %s"
            .formatted(path, version, DataFormat.CURRENT_VERSION, BY_HAND));
  }

  private IOException damaged() {
    return new IOException(
        "%s is damaged, or not a Daybook's format file: is this the right data directory? There is no whole copy of it in shard-0. Nothing was changed. If it is the right one, keep the directory and bring the file back: %s"
            .formatted(path, BY_HAND));
  }
}
