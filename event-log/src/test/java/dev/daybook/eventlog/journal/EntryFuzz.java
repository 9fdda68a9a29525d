package dev.daybook.eventlog.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// Any bytes where the journal has its headers: they are read, or they are none.
class EntryFuzz {
  private static final int CRC_AT = 60;

  @FuzzTest
  void anyEntry(byte[] bytes) {
    ByteBuffer found = ByteBuffer.wrap(bytes);
    EntryHeader.decode(found);
    if (bytes.length >= EntryHeader.BYTES) {
      EntryHeader restored =
          EntryHeader.restore(found, found.getLong(8), found.getLong(16), found.getInt(36), 1);
      if (restored != null) {
        assertEquals(1, restored.crc());
      }
      // A right checksum, and a sequence that its reader would have expected.
      found
          .putLong(16, found.getLong(16) & Long.MAX_VALUE | 1)
          .putInt(CRC_AT, crcOf(found, CRC_AT));
      EntryHeader header = EntryHeader.decode(found);
      if (header != null) {
        Salvage.of(header, found.slice(EntryHeader.BYTES, bytes.length - EntryHeader.BYTES));
      }
    }
  }

  private static int crcOf(ByteBuffer bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.slice(0, length));
    return (int) crc.getValue();
  }
}
