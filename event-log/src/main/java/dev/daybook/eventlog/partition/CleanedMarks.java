package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far compaction has come in each partition. Kept in a small file, which is derived: when it is lost, logs are read
/// once more from their start. Owned by the cleaner.
///
/// ```text
///  0        4              8                                                          end-4
///  +--------+--------------+----------------------------------------------------------+--------+
///  | "DBcl" | count        | count × (shard | topic id 16 | index | cleaned up to i64 | | CRC32C |
///  | 4      | i32          |          next horizon, ms, i64)                           | of all |
///  +--------+--------------+----------------------------------------------------------+--------+
/// ```
final class CleanedMarks {
  static final String FILE_NAME = "cleaned";

  /// Nothing is known of a partition.
  static final Mark NONE = new Mark(0, Long.MAX_VALUE);

  private static final Logger LOG = LoggerFactory.getLogger(CleanedMarks.class);
  private static final int MAGIC = 0x4442636c;
  private static final int ROW_BYTES = 40;

  private final Disk disk;
  private final Path file;
  private final Map<PartitionId, Mark> marks = new TreeMap<>();

  /// @param upTo the offset below which the log was compacted
  /// @param nextHorizonMs when there will be something to remove though nothing is new
  record Mark(long upTo, long nextHorizonMs) {}

  CleanedMarks(Disk disk, Path file) {
    this.disk = disk;
    this.file = file;
    read();
  }

  Mark of(PartitionId id) {
    return marks.getOrDefault(id, NONE);
  }

  /// Notes where a partition is, and forgets those that are gone.
  void put(PartitionId id, Mark mark, Collection<PartitionId> live) {
    marks.put(id, mark);
    marks.keySet().retainAll(live);
    try {
      DurableFiles.write(disk, file, encode());
    } catch (IOException e) {
      LOG.warn("compaction not remembered file={} reason={}", file, e.toString());
    }
  }

  private ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(12 + marks.size() * ROW_BYTES);
    bytes.putInt(MAGIC).putInt(marks.size());
    marks.forEach(
        (id, mark) -> {
          bytes.putInt(id.shard());
          bytes.putLong(id.topic().mostSignificantBits());
          bytes.putLong(id.topic().leastSignificantBits());
          bytes.putInt(id.index()).putLong(mark.upTo).putLong(mark.nextHorizonMs);
        });
    return bytes.putInt(crcOf(bytes, bytes.position())).flip();
  }

  private void read() {
    try {
      if (disk.exists(file)) {
        decode(ByteBuffer.wrap(DurableFiles.read(disk, file)));
      }
    } catch (IOException e) {
      LOG.warn("compaction begins anew file={} reason={}", file, e.toString());
    }
  }

  private void decode(ByteBuffer bytes) {
    int end = bytes.limit() - Integer.BYTES;
    if (end < 8
        || bytes.getInt(end) != crcOf(bytes, end)
        || bytes.getInt() != MAGIC
        || bytes.getInt() * (long) ROW_BYTES != end - 8) {
      LOG.warn("compaction begins anew file={} reason=\"it is damaged\"", file);
      return;
    }
    while (bytes.position() < end) {
      int shard = bytes.getInt();
      TopicId topic = new TopicId(bytes.getLong(), bytes.getLong());
      PartitionId id = new PartitionId(shard, topic, bytes.getInt());
      marks.put(id, new Mark(bytes.getLong(), bytes.getLong()));
    }
  }

  private static int crcOf(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, length));
    return (int) crc.getValue();
  }
}
