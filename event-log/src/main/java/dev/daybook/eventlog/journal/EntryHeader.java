package dev.daybook.eventlog.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The first 64 bytes of an entry, as drawn in the package's description.
///
/// @param tableCrc of the table of items, so that it can be believed when the rest of the body is damaged
record EntryHeader(
    long salt,
    long sequence,
    int ownerEpoch,
    int itemCount,
    int bodyBytes,
    int previousCrc,
    int bodyCrc,
    int tableCrc) {
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
    bytes.putInt(itemCount).putInt(bodyBytes).putInt(previousCrc).putInt(bodyCrc).putInt(tableCrc);
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
        bytes.getInt(40),
        bytes.getInt(44));
  }

  /// The header that was written here, when the next entry names its CRC: what must be in it is put there, and if that is not
  /// enough, one bit of what is left is taken for wrong. A CRC-32C tells all of these few candidates from each other.
  ///
  /// @return null when that makes no header with this CRC
  static @Nullable EntryHeader restore(
      ByteBuffer found, long salt, long sequence, int previousCrc, int crc) {
    if (found.limit() < BYTES) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(BYTES).put(found.slice(0, BYTES));
    bytes.putInt(0, MAGIC).putShort(4, FORMAT).putShort(6, (short) 0);
    bytes.putLong(8, salt).putLong(16, sequence).putInt(36, previousCrc);
    bytes.putInt(48, 0).putLong(52, 0).putInt(CRC_AT, crc);
    if (crcOf(bytes) == crc) {
      return decode(bytes);
    }
    for (int bit = 0; bit < 8 * CRC_AT; bit++) {
      int at = bit / 8;
      byte mask = (byte) (1 << bit % 8);
      bytes.put(at, (byte) (bytes.get(at) ^ mask));
      if (crcOf(bytes) == crc) {
        return decode(bytes);
      }
      bytes.put(at, (byte) (bytes.get(at) ^ mask));
    }
    return null;
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
