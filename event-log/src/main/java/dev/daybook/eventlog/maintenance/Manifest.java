package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// What a backup holds, in its file `manifest.json`, written last: without it there is no backup.
///
/// ```json
/// {
///   "format": 1,                                  of this file
///   "dataFormat": 1,                              of the data, as in format.json
///   "clusterId": "iHq2k7nKQFuDtnWjXwH7Mg",
///   "takenAt": "2026-11-22T21:00:00Z",
///   "sequence": 4711,                             the journal's entry up to which everything is here
///   "partitions": [{"topic": "orders", "topicId": "…", "partition": 0, "startOffset": 0, "nextOffset": 100}, …],
///   "files": [{"path": "shard-0/partitions/…/00000000000000000000.log", "bytes": 42, "sha256": "…"}, …],
///   "damages": [{"topic": "orders", "partition": 0, "file": "partitions/…/00000000000000000000.log",
///                "fromOffset": 7, "toOffset": 9, "message": "…"}, …]    what was damaged before; seldom there
/// }
/// ```
///
/// Beside it lies `manifest.sha256`, so that damage to the manifest itself is seen: `sha256sum -c manifest.sha256`.
///
/// @param takenAt when it was begun: all that was acknowledged before is in it
/// @param partitions for people and for comparing; what is restored stands in the files
/// @param damages of the log that was backed up, which the hashes of the files do not show
public record Manifest(
    int dataFormat,
    String clusterId,
    Instant takenAt,
    long sequence,
    List<PartitionRange> partitions,
    List<HashedFile> files,
    List<DamagedFile> damages) {
  static final String FILE_NAME = "manifest.json";
  static final String HASH_FILE_NAME = "manifest.sha256";

  private static final int FORMAT = 1;

  public Manifest {
    partitions = List.copyOf(partitions);
    files = List.copyOf(files);
    damages = List.copyOf(damages);
  }

  /// The offsets of a partition that are in the backup.
  ///
  /// @param topic its name; empty for the catalogue, and for a topic that was just deleted
  public record PartitionRange(
      String topic, String topicId, int partition, long startOffset, long nextOffset) {}

  /// A file of the backup, its path relative to it.
  public record HashedFile(String path, long bytes, String sha256) {}

  /// Something in a file that was damaged when the backup was made.
  ///
  /// @param file below the shard's directory
  /// @param fromOffset the first offset concerned, -1 when nobody knows
  /// @param toOffset behind the last one, -1 likewise
  public record DamagedFile(
      String topic, int partition, String file, long fromOffset, long toOffset, String message) {
    /// The same for people.
    public String sentence() {
      String offsets =
          fromOffset < 0 ? "" : " offsets %d to %d".formatted(fromOffset, toOffset - 1);
      return "topic %s partition %d%s, %s: %s".formatted(topic, partition, offsets, file, message);
    }
  }

  /// Bytes of all files.
  public long bytes() {
    return files.stream().mapToLong(HashedFile::bytes).sum();
  }

  /// Writes it, durably. From then on the directory is a backup.
  void write(Disk disk, Path backup) throws IOException {
    byte[] json = (toJson().encodePrettily() + "\n").getBytes(StandardCharsets.UTF_8);
    DurableFiles.write(
        disk,
        backup.resolve(HASH_FILE_NAME),
        StandardCharsets.UTF_8.encode(Sha256.of(json) + "  " + FILE_NAME + "\n"));
    DurableFiles.write(disk, backup.resolve(FILE_NAME), ByteBuffer.wrap(json));
  }

  /// Reads it.
  ///
  /// @throws IOException when there is none, or it is damaged, or of a newer Daybook; says what to do
  static Manifest read(Disk disk, Path backup) throws IOException {
    Path path = backup.resolve(FILE_NAME);
    if (!disk.exists(path)) {
      throw new IOException(
          "%s is no backup: it has no %s, which is written last".formatted(backup, FILE_NAME));
    }
    byte[] json = DurableFiles.read(disk, path);
    Path hash = backup.resolve(HASH_FILE_NAME);
    if (!disk.exists(hash)
        || !new String(DurableFiles.read(disk, hash), StandardCharsets.UTF_8)
            .startsWith(Sha256.of(json) + " ")) {
      throw damaged(path, "its hash is not that in " + HASH_FILE_NAME);
    }
    try {
      return of(path, new JsonObject(new String(json, StandardCharsets.UTF_8)));
    } catch (DecodeException | ClassCastException | NullPointerException e) {
      throw damaged(path, String.valueOf(e.getMessage()));
    }
  }

  private static Manifest of(Path path, JsonObject json) throws IOException {
    int format = json.getInteger("format");
    if (format != FORMAT) {
      throw new IOException(
          "%s has format %d, this Daybook reads %d: restore with the Daybook that made it, or a newer one"
              .formatted(path, format, FORMAT));
    }
    return new Manifest(
        json.getInteger("dataFormat"),
        json.getString("clusterId"),
        json.getInstant("takenAt"),
        json.getLong("sequence"),
        objects(json.getJsonArray("partitions")).stream()
            .map(
                range ->
                    new PartitionRange(
                        range.getString("topic"),
                        range.getString("topicId"),
                        range.getInteger("partition"),
                        range.getLong("startOffset"),
                        range.getLong("nextOffset")))
            .toList(),
        objects(json.getJsonArray("files")).stream()
            .map(
                file ->
                    new HashedFile(
                        file.getString("path"), file.getLong("bytes"), file.getString("sha256")))
            .toList(),
        objects(json.getJsonArray("damages", new JsonArray())).stream()
            .map(
                damage ->
                    new DamagedFile(
                        damage.getString("topic"),
                        damage.getInteger("partition"),
                        damage.getString("file"),
                        damage.getLong("fromOffset"),
                        damage.getLong("toOffset"),
                        damage.getString("message")))
            .toList());
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  private static IOException damaged(Path path, String how) {
    return new IOException(
        "%s is damaged (%s): use another copy of this backup".formatted(path, how));
  }

  private JsonObject toJson() {
    JsonArray ranges = new JsonArray();
    for (PartitionRange range : partitions) {
      ranges.add(
          new JsonObject()
              .put("topic", range.topic())
              .put("topicId", range.topicId())
              .put("partition", range.partition())
              .put("startOffset", range.startOffset())
              .put("nextOffset", range.nextOffset()));
    }
    JsonArray hashed = new JsonArray();
    for (HashedFile file : files) {
      hashed.add(
          new JsonObject()
              .put("path", file.path())
              .put("bytes", file.bytes())
              .put("sha256", file.sha256()));
    }
    JsonObject json = new JsonObject();
    json.put("format", FORMAT)
        .put("dataFormat", dataFormat)
        .put("clusterId", clusterId)
        .put("takenAt", takenAt)
        .put("sequence", sequence)
        .put("partitions", ranges)
        .put("files", hashed);
    if (!damages.isEmpty()) {
      json.put("damages", damagesToJson());
    }
    return json;
  }

  private JsonArray damagesToJson() {
    JsonArray array = new JsonArray();
    for (DamagedFile damage : damages) {
      array.add(
          new JsonObject()
              .put("topic", damage.topic())
              .put("partition", damage.partition())
              .put("file", damage.file())
              .put("fromOffset", damage.fromOffset())
              .put("toOffset", damage.toOffset())
              .put("message", damage.message()));
    }
    return array;
  }
}
