package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sealed segment's transaction index on disk, as the package's description draws it. It spares a walk through the
/// segment and is worth no more: whatever is wrong with it, it counts as missing. So it is written in place, without
/// a force.
final class TransactionFile {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionFile.class);

  private static final int MAGIC = 0x44425458;
  private static final short FORMAT = 1;
  private static final int HEADER_BYTES = 36;
  private static final int CRC_AT = 32;
  private static final int ABORTED_BYTES = 32;
  private static final int OPEN_BYTES = 16;

  private final Disk disk;
  private final Path path;
  private final long baseOffset;

  TransactionFile(Disk disk, Path path, long baseOffset) {
    this.disk = disk;
    this.path = path;
    this.baseOffset = baseOffset;
  }

  Path path() {
    return path;
  }

  boolean exists() throws IOException {
    return disk.exists(path);
  }

  void delete() throws IOException {
    if (exists()) {
      disk.delete(path);
    }
  }

  /// Keeps the index of a sealed segment, if the disk takes it.
  void write(TransactionIndex index, long endOffset) {
    ByteBuffer content = encode(index, endOffset);
    try (DiskFile file = exists() ? disk.open(path) : disk.create(path)) {
      file.truncate(Math.min(file.size(), content.limit()));
      file.write(0, content);
    } catch (IOException e) {
      LOG.warn("index not kept file={} reason={}", path, e.toString());
    }
  }

  /// The index that was kept, if the file is whole and of a segment that ends there.
  Optional<TransactionIndex> read(long endOffset) {
    try {
      if (!exists()) {
        return Optional.empty();
      }
      try (DiskFile file = disk.open(path)) {
        return read(file, endOffset);
      }
    } catch (IOException e) {
      LOG.warn("index not readable file={} reason={}", path, e.toString());
      return Optional.empty();
    }
  }

  private Optional<TransactionIndex> read(DiskFile file, long endOffset) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    // The counts are believed only when they fit the size, so that no damage makes us reserve much.
    if (file.read(header, 0) < HEADER_BYTES
        || file.size() > Integer.MAX_VALUE
        || file.size() != sizeBytes(header.getInt(24), header.getInt(28))) {
      return Optional.empty();
    }
    ByteBuffer content = ByteBuffer.allocate((int) file.size());
    file.read(content, 0);
    content.flip();
    boolean whole =
        content.getInt(0) == MAGIC
            && content.getShort(4) == FORMAT
            && content.getLong(8) == baseOffset
            && content.getLong(16) == endOffset
            && content.getInt(CRC_AT) == crcOf(content);
    return whole ? Optional.of(decode(content)) : Optional.empty();
  }

  private ByteBuffer encode(TransactionIndex index, long endOffset) {
    int aborted = index.aborted().size();
    int open = index.open().size();
    ByteBuffer content = ByteBuffer.allocate((int) sizeBytes(aborted, open));
    content.putInt(MAGIC).putShort(FORMAT).putShort((short) 0);
    content.putLong(baseOffset).putLong(endOffset);
    content.putInt(aborted).putInt(open).putInt(0);
    for (AbortedTransaction transaction : index.aborted()) {
      content.putLong(transaction.producerId()).putLong(transaction.firstOffset());
      content.putLong(transaction.lastOffset()).putLong(transaction.lastStableOffset());
    }
    new TreeMap<>(index.open())
        .forEach((producerId, first) -> content.putLong(producerId).putLong(first));
    content.flip();
    return content.putInt(CRC_AT, crcOf(content));
  }

  private static TransactionIndex decode(ByteBuffer content) {
    int abortedCount = content.getInt(24);
    int openCount = content.getInt(28);
    content.position(HEADER_BYTES);
    List<AbortedTransaction> aborted = new ArrayList<>(abortedCount);
    for (int i = 0; i < abortedCount; i++) {
      aborted.add(
          new AbortedTransaction(
              content.getLong(), content.getLong(), content.getLong(), content.getLong()));
    }
    Map<Long, Long> open = new TreeMap<>();
    for (int i = 0; i < openCount; i++) {
      open.put(content.getLong(), content.getLong());
    }
    return new TransactionIndex(aborted, open);
  }

  private static long sizeBytes(long aborted, long open) {
    return aborted < 0 || open < 0
        ? -1
        : HEADER_BYTES + aborted * ABORTED_BYTES + open * OPEN_BYTES;
  }

  private static int crcOf(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(0, CRC_AT));
    crc.update(content.slice(HEADER_BYTES, content.limit() - HEADER_BYTES));
    return (int) crc.getValue();
  }
}
