package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The state of idempotent producers as of one checkpoint, in one file for all partitions of a shard. Derived:
/// a file that is missing or damaged is rebuilt from the segments.
///
/// ```text
///  0         4          12        16                                          end-4
///  +---------+----------+---------+--------------------------------------------+--------+
///  | "DBps"  | sequence | count   | count × (topic id 16 | index i32 | state)    | CRC32C |
///  | 4       | i64      | i32     | state: see ProducerState.write               | of all |
///  +---------+----------+---------+--------------------------------------------+--------+
/// ```
final class ProducersFile {
  private static final int MAGIC = 0x44427073;
  private static final String SUFFIX = ".producers";

  private ProducersFile() {}

  static String name(long sequence) {
    return String.format("%020d%s", sequence, SUFFIX);
  }

  static boolean isName(String fileName) {
    return fileName.endsWith(SUFFIX);
  }

  static byte[] encode(long sequence, Map<PartitionId, ProducerState> producers) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(MAGIC);
      out.writeLong(sequence);
      out.writeInt((int) producers.values().stream().filter(state -> !state.isEmpty()).count());
      for (Map.Entry<PartitionId, ProducerState> entry : producers.entrySet()) {
        if (!entry.getValue().isEmpty()) {
          out.writeLong(entry.getKey().topic().mostSignificantBits());
          out.writeLong(entry.getKey().topic().leastSignificantBits());
          out.writeInt(entry.getKey().index());
          entry.getValue().write(out);
        }
      }
      out.flush();
      out.writeInt(crc(bytes.toByteArray(), bytes.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /// What the bytes say; empty when they are damaged or of another checkpoint.
  static Optional<Map<PartitionId, ProducerState>> decode(byte[] bytes, int shard, long sequence) {
    if (bytes.length < 20) {
      return Optional.empty();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int stored =
          new DataInputStream(new ByteArrayInputStream(bytes, bytes.length - 4, 4)).readInt();
      if (stored != crc(bytes, bytes.length - 4)
          || in.readInt() != MAGIC
          || in.readLong() != sequence) {
        return Optional.empty();
      }
      Map<PartitionId, ProducerState> producers = new HashMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        TopicId topic = new TopicId(in.readLong(), in.readLong());
        producers.put(new PartitionId(shard, topic, in.readInt()), ProducerState.read(in));
      }
      return Optional.of(producers);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
