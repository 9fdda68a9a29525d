package dev.daybook.eventlog.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Where a partition's damage is written down, as the package's description draws it: so that a restart does not
/// forget what a reader or a recovery found. Not there while nothing was ever found.
final class DamageFile {
  static final String NAME = "damage";

  private static final int MAGIC = 0x4442444d;
  private static final short FORMAT = 1;
  private static final int HEADER_BYTES = 16;
  private static final int ROW_BYTES = 28;
  private static final int CRC_BYTES = 4;
  private static final short ACCEPTED = 1;

  private final Disk disk;
  private final Path path;

  DamageFile(Disk disk, Path directory) {
    this.disk = disk;
    this.path = directory.resolve(NAME);
  }

  Path path() {
    return path;
  }

  /// What was written; empty when there is a file that cannot be read.
  Optional<Damage> read() throws IOException {
    if (!disk.exists(path)) {
      return Optional.of(Damage.NONE);
    }
    return decode(ByteBuffer.wrap(DurableFiles.read(disk, path)));
  }

  /// Writes it durably, as a whole.
  void write(Damage damage) throws IOException {
    DurableFiles.write(disk, path, encode(damage));
  }

  private static ByteBuffer encode(Damage damage) {
    int bytes = HEADER_BYTES + CRC_BYTES;
    for (List<DamagedRange> ranges : List.of(damage.open(), damage.accepted())) {
      for (DamagedRange range : ranges) {
        bytes += ROW_BYTES + reason(range).length;
      }
    }
    ByteBuffer target = ByteBuffer.allocate(bytes);
    target.putInt(MAGIC).putShort(FORMAT).putShort((short) 0);
    target.putInt(damage.open().size() + damage.accepted().size()).putInt(0);
    damage.open().forEach(range -> encode(range, (short) 0, target));
    damage.accepted().forEach(range -> encode(range, ACCEPTED, target));
    return target.putInt(crcOf(target, target.position())).flip();
  }

  private static void encode(DamagedRange range, short accepted, ByteBuffer target) {
    byte[] reason = reason(range);
    target.putLong(range.fromOffset()).putLong(range.toOffset()).putLong(range.foundMs());
    target.putShort(accepted).putShort((short) reason.length).put(reason);
  }

  private static byte[] reason(DamagedRange range) {
    byte[] reason = range.reason().getBytes(UTF_8);
    return reason.length <= Short.MAX_VALUE ? reason : "(too long to be kept)".getBytes(UTF_8);
  }

  private static Optional<Damage> decode(ByteBuffer source) {
    int crcAt = source.limit() - CRC_BYTES;
    if (crcAt < HEADER_BYTES
        || source.getInt(0) != MAGIC
        || source.getShort(4) != FORMAT
        || source.getInt(crcAt) != crcOf(source, crcAt)) {
      return Optional.empty();
    }
    List<DamagedRange> open = new ArrayList<>();
    List<DamagedRange> accepted = new ArrayList<>();
    int count = source.getInt(8);
    source.position(HEADER_BYTES);
    for (int row = 0; row < count; row++) {
      long from = source.getLong();
      long to = source.getLong();
      long foundMs = source.getLong();
      boolean isAccepted = source.getShort() == ACCEPTED;
      byte[] reason = new byte[source.getShort()];
      source.get(reason);
      (isAccepted ? accepted : open)
          .add(new DamagedRange(from, to, new String(reason, UTF_8), foundMs));
    }
    return Optional.of(new Damage(open, accepted));
  }

  private static int crcOf(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, length));
    return (int) crc.getValue();
  }
}
