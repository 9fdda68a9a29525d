package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A segment's two index files, as the package's description draws them. They spare a walk through the segment and are
/// worth no more: whatever is wrong with them, they count as missing. So they are written in place, without a force.
final class IndexFiles {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFiles.class);

  private static final int MAGIC = 0x44424958;
  private static final short FORMAT = 1;
  private static final short OFFSETS = 1;
  private static final short TIMES = 2;
  private static final int HEADER_BYTES = 60;
  private static final int COUNT_AT = 52;
  private static final int CRC_AT = 56;

  private final Disk disk;
  private final Path offsetFile;
  private final Path timeFile;
  private final TransactionFile transactions;
  private final long baseOffset;

  IndexFiles(Disk disk, Path offsetFile, Path timeFile, Path transactionFile, long baseOffset) {
    this.disk = disk;
    this.offsetFile = offsetFile;
    this.timeFile = timeFile;
    this.transactions = new TransactionFile(disk, transactionFile, baseOffset);
    this.baseOffset = baseOffset;
  }

  /// Keeps the index of a segment's first bytes, if the disk takes it.
  void write(SegmentIndex index) {
    try {
      writeBoth(index);
    } catch (IOException e) {
      LOG.warn("index not kept file={} reason={}", offsetFile, e.toString());
    }
  }

  /// The index that was kept, if both files are whole and describe no more than the segment's first `maxBytes`.
  Optional<SegmentIndex> read(long maxBytes) {
    try {
      return readBoth(maxBytes);
    } catch (IOException e) {
      LOG.warn("index not readable file={} reason={}", offsetFile, e.toString());
      return Optional.empty();
    }
  }

  /// Whether one of the two is there.
  boolean exist() throws IOException {
    return disk.exists(offsetFile) || disk.exists(timeFile);
  }

  /// The third index, which is kept by itself.
  TransactionFile transactions() {
    return transactions;
  }

  Path offsetFile() {
    return offsetFile;
  }

  /// Removes all three.
  void delete() throws IOException {
    transactions.delete();
    for (Path file : List.of(offsetFile, timeFile)) {
      if (disk.exists(file)) {
        disk.delete(file);
      }
    }
  }

  private void writeBoth(SegmentIndex index) throws IOException {
    int offsetCount = index.offsets().entryCount();
    ByteBuffer offsets = header(OFFSETS, index, offsetCount, OffsetIndex.ENTRY_BYTES);
    index.offsets().writeTo(offsets);
    write(offsetFile, offsets);
    int timeCount = index.times().entryCount();
    ByteBuffer times = header(TIMES, index, timeCount, TimeIndex.ENTRY_BYTES);
    index.times().writeTo(times);
    write(timeFile, times);
  }

  private Optional<SegmentIndex> readBoth(long maxBytes) throws IOException {
    Optional<ByteBuffer> offsets = read(offsetFile, OFFSETS, OffsetIndex.ENTRY_BYTES, maxBytes);
    Optional<ByteBuffer> times = read(timeFile, TIMES, TimeIndex.ENTRY_BYTES, maxBytes);
    if (offsets.isEmpty() || times.isEmpty()) {
      return Optional.empty();
    }
    Covered covered = Covered.readFrom(offsets.get());
    if (!covered.equals(Covered.readFrom(times.get()))) {
      return Optional.empty();
    }
    return Optional.of(
        new SegmentIndex(
            new Place(baseOffset, 0),
            covered.end,
            OffsetIndex.readFrom(offsets.get(), baseOffset),
            TimeIndex.readFrom(times.get()),
            covered.youngest,
            covered.unindexedBytes));
  }

  private ByteBuffer header(short kind, SegmentIndex index, int entryCount, int entryBytes) {
    ByteBuffer target = ByteBuffer.allocate(HEADER_BYTES + entryCount * entryBytes);
    target.putInt(MAGIC).putShort(FORMAT).putShort(kind).putLong(baseOffset);
    Covered.of(index).writeTo(target);
    return target.putInt(entryCount).position(HEADER_BYTES);
  }

  private void write(Path path, ByteBuffer content) throws IOException {
    content.flip();
    content.putInt(CRC_AT, crcOf(content));
    try (DiskFile file = disk.exists(path) ? disk.open(path) : disk.create(path)) {
      file.truncate(Math.min(file.size(), content.limit()));
      file.write(0, content);
    }
  }

  /// A file's content, its position behind what says which index of which segment it is.
  private Optional<ByteBuffer> read(Path path, short kind, int entryBytes, long maxBytes)
      throws IOException {
    if (!disk.exists(path)) {
      return Optional.empty();
    }
    try (DiskFile file = disk.open(path)) {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
      // The count is believed only when it fits the size, so that no damage makes us reserve much.
      if (file.read(header, 0) < HEADER_BYTES
          || file.size() != HEADER_BYTES + (long) header.getInt(COUNT_AT) * entryBytes) {
        return Optional.empty();
      }
      ByteBuffer content = ByteBuffer.allocate((int) file.size());
      file.read(content, 0);
      return isWhole(content.flip(), kind, maxBytes) ? Optional.of(content) : Optional.empty();
    }
  }

  private boolean isWhole(ByteBuffer content, short kind, long maxBytes) {
    return content.getInt() == MAGIC
        && content.getShort() == FORMAT
        && content.getShort() == kind
        && content.getLong() == baseOffset
        && content.getInt(CRC_AT) == crcOf(content)
        && Covered.readFrom(content.duplicate()).end.position() <= maxBytes;
  }

  private static int crcOf(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content.slice(0, CRC_AT));
    crc.update(content.slice(HEADER_BYTES, content.limit() - HEADER_BYTES));
    return (int) crc.getValue();
  }

  /// What of the segment an index file describes.
  private record Covered(Place end, Youngest youngest, int unindexedBytes) {
    static Covered of(SegmentIndex index) {
      int unindexedBytes = (int) Math.min(index.unindexedBytes(), Integer.MAX_VALUE);
      return new Covered(index.end(), index.youngest(), unindexedBytes);
    }

    /// Reads what [#writeTo] wrote and goes on to the entries.
    static Covered readFrom(ByteBuffer source) {
      Covered covered =
          new Covered(
              new Place(source.getLong(), source.getLong()),
              new Youngest(source.getLong(), source.getLong()),
              source.getInt());
      source.position(HEADER_BYTES);
      return covered;
    }

    void writeTo(ByteBuffer target) {
      target.putLong(end.offset()).putLong(end.position());
      target.putLong(youngest.timestampMs()).putLong(youngest.position());
      target.putInt(unindexedBytes);
    }
  }
}
