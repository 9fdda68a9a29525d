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
///  | "DBP3"  | sequence | count   | count × (topic id 16 | index i32 | state)    | CRC32C |
///  | 4       | i64      | i32     |                                              | of all |
///  +---------+----------+---------+--------------------------------------------+--------+
///
///  a partition's state        0   4  producers
///                             4   …  of each:
///  a producer                 0   8  id                          …  +0  4  coordinator epoch of its last
///                             8   2  epoch                                  marker, -1 when there is none
///                            10   4  next sequence                  +4  8  time of its last batch or marker
///                            14   1  batches, at most 5            +12  8  first offset of its open
///                            15   …  of each 16 bytes: first                transaction, -1 when none is open
///                                    sequence 4, last sequence 4,
///                                    base offset 8                 (these three since format 2)
///                                                                +20  2  epoch of that transaction's records
///                                                                        when its marker is lost, -1 when
///                                                                        it goes on  (since format 3)
/// ```
///
/// Older formats are read as well. **Format 2**, "DBP2", ends a producer with its transaction: none was known to have lost its
/// marker. **Format 1**, "DBps", ends it with its batches: who wrote it took no transactional batch, so none is open. A Daybook
/// that does not know a format takes the file for damaged, and reads the segments.
final class ProducersFile {
  /// Format 1, in which nobody had a transaction.
  private static final int MAGIC_1 = 0x44427073;

  /// Format 2, in which no transaction was reopened.
  private static final int MAGIC_2 = 0x44425032;

  private static final int MAGIC_3 = 0x44425033;
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
      out.writeInt(MAGIC_3);
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
      int format = format(in.readInt());
      if (stored != crc(bytes, bytes.length - 4) || format == 0 || in.readLong() != sequence) {
        return Optional.empty();
      }
      Map<PartitionId, ProducerState> producers = new HashMap<>();
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        TopicId topic = new TopicId(in.readLong(), in.readLong());
        producers.put(new PartitionId(shard, topic, in.readInt()), ProducerState.read(in, format));
      }
      return Optional.of(producers);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// 0 for what is no such file.
  private static int format(int magic) {
    return switch (magic) {
      case MAGIC_1 -> 1;
      case MAGIC_2 -> 2;
      case MAGIC_3 -> 3;
      default -> 0;
    };
  }

  private static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
