package dev.daybook.eventlog.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The bytes of a checkpoint in its slot, as drawn in the package's description.
final class CheckpointFormat {
  private static final int MAGIC = 0x44424350; // DBCP
  private static final short FORMAT = 1;
  private static final int HEADER_BYTES = 64;
  private static final int MARK_BYTES = 56;
  private static final int HEADER_CRC_AT = 60;

  private CheckpointFormat() {}

  /// Marks with the number that tells the newer slot from the older.
  record Numbered(long number, CheckpointMarks marks) {
    /// What a slot holds before the first checkpoint.
    static final Numbered EMPTY = new Numbered(0, new CheckpointMarks(0, List.of(), Map.of()));
  }

  static ByteBuffer encode(Numbered numbered) {
    CheckpointMarks marks = numbered.marks();
    ByteBuffer reserved = encodeReserved(marks.reserved());
    int bodyBytes =
        Math.addExact(
            Math.multiplyExact(marks.partitions().size(), MARK_BYTES), reserved.remaining());
    ByteBuffer bytes =
        ByteBuffer.allocate((int) JournalFile.padded((long) HEADER_BYTES + bodyBytes));
    bytes.position(HEADER_BYTES);
    marks.partitions().forEach(mark -> encodeMark(mark, bytes));
    bytes.put(reserved);

    bytes.putInt(0, MAGIC).putShort(4, FORMAT);
    bytes.putLong(8, numbered.number()).putLong(16, marks.sequence());
    bytes.putInt(24, marks.partitions().size()).putInt(28, marks.reserved().size());
    bytes.putInt(32, bodyBytes).putInt(36, crcOf(bytes, HEADER_BYTES, bodyBytes));
    bytes.putInt(HEADER_CRC_AT, crcOf(bytes, 0, HEADER_CRC_AT));
    return bytes.rewind();
  }

  private static void encodeMark(PartitionMark mark, ByteBuffer bytes) {
    bytes.putInt(mark.id().shard());
    bytes.putLong(mark.id().topic().mostSignificantBits());
    bytes.putLong(mark.id().topic().leastSignificantBits());
    bytes.putInt(mark.id().index());
    bytes.putLong(mark.startOffset()).putLong(mark.nextOffset());
    bytes.putLong(mark.segmentBaseOffset()).putLong(mark.segmentPosition());
  }

  private static ByteBuffer encodeReserved(Map<String, Long> reserved) {
    int bytes = 0;
    for (String name : reserved.keySet()) {
      bytes += Short.BYTES + name.getBytes(UTF_8).length + Long.BYTES;
    }
    ByteBuffer encoded = ByteBuffer.allocate(bytes);
    new TreeMap<>(reserved)
        .forEach(
            (name, end) -> {
              byte[] utf8 = name.getBytes(UTF_8);
              encoded.putShort((short) utf8.length).put(utf8).putLong(end);
            });
    return encoded.flip();
  }

  /// Reads a slot.
  ///
  /// @param file to be named when something is wrong
  /// @return null when the bytes are not those of a whole checkpoint
  /// @throws IOException when they are, but a newer version wrote them
  static @Nullable Numbered decode(ByteBuffer bytes, Path file) throws IOException {
    if (bytes.limit() < HEADER_BYTES
        || bytes.getInt(0) != MAGIC
        || bytes.getInt(HEADER_CRC_AT) != crcOf(bytes, 0, HEADER_CRC_AT)) {
      return null;
    }
    if (bytes.getShort(4) != FORMAT) {
      throw new IOException(
          "%s has format %d, this version of Daybook reads format %d: start the version that wrote it"
              .formatted(file, bytes.getShort(4), FORMAT));
    }
    int bodyBytes = bytes.getInt(32);
    if (bodyBytes < 0
        || bodyBytes > bytes.limit() - HEADER_BYTES
        || bytes.getInt(36) != crcOf(bytes, HEADER_BYTES, bodyBytes)) {
      return null;
    }
    ByteBuffer body = bytes.slice(HEADER_BYTES, bodyBytes);
    List<PartitionMark> partitions = decodePartitions(body, bytes.getInt(24));
    Map<String, Long> reserved = decodeReserved(body, bytes.getInt(28));
    return new Numbered(
        bytes.getLong(8), new CheckpointMarks(bytes.getLong(16), partitions, reserved));
  }

  private static List<PartitionMark> decodePartitions(ByteBuffer body, int count) {
    List<PartitionMark> partitions = new ArrayList<>(count);
    for (int mark = 0; mark < count; mark++) {
      int shard = body.getInt();
      TopicId topic = new TopicId(body.getLong(), body.getLong());
      PartitionId id = new PartitionId(shard, topic, body.getInt());
      partitions.add(
          new PartitionMark(id, body.getLong(), body.getLong(), body.getLong(), body.getLong()));
    }
    return partitions;
  }

  private static Map<String, Long> decodeReserved(ByteBuffer body, int count) {
    Map<String, Long> reserved = new HashMap<>();
    for (int name = 0; name < count; name++) {
      byte[] utf8 = new byte[Short.toUnsignedInt(body.getShort())];
      body.get(utf8);
      reserved.put(new String(utf8, UTF_8), body.getLong());
    }
    return reserved;
  }

  private static int crcOf(ByteBuffer bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(from, length));
    return (int) crc.getValue();
  }
}
