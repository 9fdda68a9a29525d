package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the chain ended when the journal was closed in order: the clean-shutdown marker, drawn in the package's
/// description. Written last, and removed before the next life's first write, so while it is there nothing was written
/// behind the end it names, and nobody need look. It saves that look only: the chain is followed and identities are
/// checked as ever, and where they lead to another end the marker counts for nothing.
///
/// @param nextSequence that the next entry will have
/// @param fileNumber of the file that the last entry lies in, or the next one would go to
/// @param salt of that file
/// @param position in it where the last entry ends
/// @param previousCrc that the next entry will name
/// @param ownerEpoch of the last entry
record CleanEnd(
    long nextSequence, long fileNumber, long salt, long position, int previousCrc, int ownerEpoch) {
  private static final Logger LOG = LoggerFactory.getLogger(CleanEnd.class);

  static final String NAME = "clean-end";
  private static final int MAGIC = 0x44424345; // DBCE
  private static final short FORMAT = 1;
  private static final int BYTES = 64;
  private static final int CRC_AT = 60;

  /// The marker in this directory; empty when there is none, or none that is whole.
  static Optional<CleanEnd> read(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    return decode(ByteBuffer.wrap(DurableFiles.read(disk, file)));
  }

  /// Removes the marker for good, whatever it holds.
  static void remove(Disk disk, Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    if (disk.exists(file)) {
      DurableFiles.delete(disk, file);
    }
  }

  /// Leaves the marker. Where that fails, the next start looks for itself.
  void leave(Disk disk, Path directory) {
    try {
      DurableFiles.write(disk, directory.resolve(NAME), encode());
    } catch (IOException e) {
      LOG.warn("no marker of a clean stop was left in {} reason={}", directory, e.toString());
    }
  }

  private ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC).putShort(FORMAT).putShort((short) 0);
    bytes.putLong(nextSequence).putLong(fileNumber).putLong(salt).putLong(position);
    bytes.putInt(previousCrc).putInt(ownerEpoch);
    return bytes.putInt(CRC_AT, crcOf(bytes)).rewind();
  }

  private static Optional<CleanEnd> decode(ByteBuffer bytes) {
    if (bytes.limit() != BYTES
        || bytes.getInt(0) != MAGIC
        || bytes.getShort(4) != FORMAT
        || bytes.getInt(CRC_AT) != crcOf(bytes)) {
      return Optional.empty();
    }
    return Optional.of(
        new CleanEnd(
            bytes.getLong(8),
            bytes.getLong(16),
            bytes.getLong(24),
            bytes.getLong(32),
            bytes.getInt(40),
            bytes.getInt(44)));
  }

  private static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CRC_AT));
    return (int) crc.getValue();
  }
}
