package dev.daybook.eventlog.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The first 64 bytes of an entry, as drawn in the package's description.
record EntryHeader(
    long salt,
    long sequence,
    int ownerEpoch,
    int itemCount,
    int bodyBytes,
    int previousCrc,
    int bodyCrc) {
  static final int BYTES = 64;

  private static final int MAGIC = 0x44424a45; // DBJE
  private static final short FORMAT = 1;
  private static final int CRC_AT = 60;

  /// Bytes the entry takes in the file: header, body and padding.
  long entryBytes() {
    return JournalFile.padded((long) BYTES + bodyBytes);
  }

  int paddingBytes() {
    return (int) (entryBytes() - BYTES - bodyBytes);
  }

  /// What the next entry must name as its previous one's CRC. It covers the body through the body's CRC.
  int crc() {
    return encode().getInt(CRC_AT);
  }

  /// Whether this entry follows an entry with that CRC, or is the first one.
  boolean continues(long expectedSequence, int crcOfPrevious) {
    return sequence == expectedSequence && previousCrc == crcOfPrevious;
  }

  ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putInt(MAGIC).putShort(FORMAT).putShort((short) 0);
    bytes.putLong(salt).putLong(sequence).putInt(ownerEpoch);
    bytes.putInt(itemCount).putInt(bodyBytes).putInt(previousCrc).putInt(bodyCrc);
    return bytes.putInt(CRC_AT, crcOf(bytes)).rewind();
  }

  /// Reads a header from the start of these bytes.
  ///
  /// @return null when there is none, or none that is whole
  static @Nullable EntryHeader decode(ByteBuffer bytes) {
    if (bytes.limit() < BYTES
        || bytes.getInt(0) != MAGIC
        || bytes.getShort(4) != FORMAT
        || bytes.getInt(CRC_AT) != crcOf(bytes)) {
      return null;
    }
    return new EntryHeader(
        bytes.getLong(8),
        bytes.getLong(16),
        bytes.getInt(24),
        bytes.getInt(28),
        bytes.getInt(32),
        bytes.getInt(36),
        bytes.getInt(40));
  }

  /// Whether somebody began to write this very entry here. Two agreeing fields are taken as proof: a flipped
  /// bit spares three of them, and an old life of the file agrees in the magic number only.
  static boolean isBegun(ByteBuffer bytes, long salt, long sequence, int previousCrc) {
    int agreeing = bytes.getInt(0) == MAGIC ? 1 : 0;
    agreeing += bytes.getLong(8) == salt ? 1 : 0;
    agreeing += bytes.getLong(16) == sequence ? 1 : 0;
    agreeing += bytes.getInt(36) == previousCrc && previousCrc != 0 ? 1 : 0;
    return agreeing >= 2;
  }

  /// The CRC of a body, seeded with the file's salt: feed it the body.
  static CRC32C bodyChecksum(long salt) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Long.BYTES).putLong(salt).flip());
    return crc;
  }

  private static int crcOf(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, CRC_AT));
    return (int) crc.getValue();
  }
}
