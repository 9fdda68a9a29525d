package dev.daybook.eventlog.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// Turns an entry into the buffers of one gather write: the header, the table of items, the callers'
/// buffers as they are, padding. Owned by the appending thread; what it returned is valid until the
/// next call.
final class EntryEncoder {
  private final ByteBuffer padding = ByteBuffer.allocateDirect(JournalFile.BLOCK_BYTES);
  private ByteBuffer table = ByteBuffer.allocateDirect(JournalFile.BLOCK_BYTES);

  /// An entry ready to be written.
  ///
  /// @param bytes in the file, padding included
  /// @param crc what the next entry names as its previous one's
  record Encoded(List<ByteBuffer> buffers, long bytes, int crc) {}

  /// Bytes the entry will take in the file, padding included.
  static long entryBytes(JournalEntry entry) {
    return JournalFile.padded(EntryHeader.BYTES + bodyBytes(entry));
  }

  /// Bytes an entry of that content will take in the file, padding included.
  static long entryBytes(long batchBytes, long items) {
    return JournalFile.padded(EntryHeader.BYTES + items * ItemFormat.ROW_BYTES + batchBytes);
  }

  private static long bodyBytes(JournalEntry entry) {
    long bytes = (long) entry.items().size() * ItemFormat.ROW_BYTES;
    for (JournalItem item : entry.items()) {
      bytes += ItemFormat.carriedBytes(item);
    }
    return bytes;
  }

  Encoded encode(JournalEntry entry, long salt, int ownerEpoch, int previousCrc) {
    List<ByteBuffer> body = body(entry);
    CRC32C bodyCrc = EntryHeader.bodyChecksum(salt);
    bodyCrc.update(body.getFirst().duplicate());
    int tableCrc = (int) bodyCrc.getValue();
    body.subList(1, body.size()).forEach(buffer -> bodyCrc.update(buffer.duplicate()));
    EntryHeader header =
        new EntryHeader(
            salt,
            entry.sequence(),
            ownerEpoch,
            entry.items().size(),
            Math.toIntExact(bodyBytes(entry)),
            previousCrc,
            (int) bodyCrc.getValue(),
            tableCrc);

    List<ByteBuffer> buffers = new ArrayList<>(body.size() + 2);
    buffers.add(header.encode());
    buffers.addAll(body);
    buffers.add(padding.slice(0, header.paddingBytes()));
    return new Encoded(buffers, header.entryBytes(), header.crc());
  }

  private List<ByteBuffer> body(JournalEntry entry) {
    List<ByteBuffer> body = new ArrayList<>(entry.items().size() + 1);
    ByteBuffer table = clearTable(entry.items().size() * ItemFormat.ROW_BYTES);
    body.add(table);
    for (JournalItem item : entry.items()) {
      ItemFormat.writeRow(item, table);
      if (item instanceof JournalItem.Batches batches) {
        body.add(batches.bytes().duplicate());
      }
    }
    table.flip();
    return body;
  }

  private ByteBuffer clearTable(int bytes) {
    if (table.capacity() < bytes) {
      table = ByteBuffer.allocateDirect(Math.max(bytes, 2 * table.capacity()));
    }
    return table.clear();
  }
}
