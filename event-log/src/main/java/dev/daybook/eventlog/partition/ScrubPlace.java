package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How far the scrub has come in its round: the last segment that was read. Kept in a small file, in place and without a
/// force: when it is lost, a round begins anew.
///
/// ```text
///  0        4              12         16            32       36            44       48
///  +--------+--------------+----------+-------------+--------+-------------+--------+
///  | "DBsp" | begun, ms    | shard    | topic id 16 | index  | base offset | CRC32C |
///  +--------+--------------+----------+-------------+--------+-------------+--------+
/// ```
///
/// @param roundBegunMs when the round was begun
/// @param partition whose segment was read last
/// @param baseOffset of that segment
record ScrubPlace(long roundBegunMs, PartitionId partition, long baseOffset)
    implements Comparable<ScrubPlace> {
  static final String FILE_NAME = "scrub";

  private static final Logger LOG = LoggerFactory.getLogger(ScrubPlace.class);
  private static final int MAGIC = 0x44427370;
  private static final int BYTES = 48;
  private static final int CRC_AT = 44;

  /// The order in which a round goes.
  @Override
  public int compareTo(ScrubPlace other) {
    int byPartition = partition.compareTo(other.partition);
    return byPartition != 0 ? byPartition : Long.compare(baseOffset, other.baseOffset);
  }

  static Optional<ScrubPlace> read(Disk disk, Path path) {
    try {
      return disk.exists(path) ? readThere(disk, path) : Optional.empty();
    } catch (IOException e) {
      LOG.warn("scrub begins anew file={} reason={}", path, e.toString());
      return Optional.empty();
    }
  }

  private static Optional<ScrubPlace> readThere(Disk disk, Path path) throws IOException {
    try (DiskFile file = disk.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      if (file.read(bytes, 0) < BYTES
          || bytes.flip().getInt() != MAGIC
          || bytes.getInt(CRC_AT) != crcOf(bytes)) {
        return Optional.empty();
      }
      long begunMs = bytes.getLong();
      int shard = bytes.getInt();
      TopicId topic = new TopicId(bytes.getLong(), bytes.getLong());
      return Optional.of(
          new ScrubPlace(begunMs, new PartitionId(shard, topic, bytes.getInt()), bytes.getLong()));
    }
  }

  void write(Disk disk, Path path) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC).putLong(roundBegunMs).putInt(partition.shard());
    bytes.putLong(partition.topic().mostSignificantBits());
    bytes.putLong(partition.topic().leastSignificantBits());
    bytes.putInt(partition.index()).putLong(baseOffset);
    bytes.putInt(crcOf(bytes)).flip();
    try (DiskFile file = disk.exists(path) ? disk.open(path) : disk.create(path)) {
      file.write(0, bytes);
    } catch (IOException e) {
      LOG.warn("scrub not remembered file={} reason={}", path, e.toString());
    }
  }

  private static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CRC_AT));
    return (int) crc.getValue();
  }
}
