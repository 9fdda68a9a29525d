package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the batches of a sealed segment end. Its seal says so, and a checkpoint counts a segment as sealed only when
/// that is durable. Where it is not whole nevertheless, the batches themselves tell: they go as far as the next segment's
/// name.
///
/// Only the batches may tell, not the bytes that look like a footer behind them: a record may imitate those. So a seal
/// counts only at the very end of its file, where a seal was written behind every record.
final class SealedContent {
  private static final Logger LOG = LoggerFactory.getLogger(SealedContent.class);

  private final LogDirectory directory;
  private final SegmentFile file;
  private final IndexFiles indexFiles;
  private final long baseOffset;
  private final long nextOffset;

  SealedContent(LogDirectory directory, SegmentName name, long nextOffset) {
    this.directory = directory;
    this.file = directory.segment(name);
    this.indexFiles = directory.indexes(name);
    this.baseOffset = name.baseOffset();
    this.nextOffset = nextOffset;
  }

  /// The bytes of all batches. Reads one short piece of the file, unless the seal is damaged.
  long bytes() throws IOException {
    DiskFile held = file.hold();
    try {
      long sizeBytes = held.size();
      ByteBuffer last = lastBytes(held, sizeBytes);
      SegmentFooter expected = footerAt(sizeBytes - SegmentFooter.BYTES);
      if (SegmentFooter.decode(last).filter(found -> found.isAt(expected)).isPresent()) {
        return expected.contentBytes();
      }
      long contentBytes = search(held, sizeBytes, expected.resembles(last));
      LOG.warn(
          "segment without a whole footer file={} contentBytes={} fileBytes={}",
          file.path(),
          contentBytes,
          sizeBytes);
      return contentBytes;
    } finally {
      file.release();
    }
  }

  private static ByteBuffer lastBytes(DiskFile held, long sizeBytes) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(SegmentFooter.BYTES);
    held.read(last, Math.max(0, sizeBytes - SegmentFooter.BYTES));
    return last.rewind();
  }

  private SegmentFooter footerAt(long position) {
    return new SegmentFooter(
        directory.partition(), baseOffset, nextOffset, position, Optional.empty());
  }

  /// Follows the batches, from the index's end if there is one, to where the next segment goes on.
  private long search(DiskFile held, long sizeBytes, boolean footerIsThere) throws IOException {
    Place start = new Place(baseOffset, 0);
    Place end = indexFiles.read(sizeBytes).map(SegmentIndex::end).orElse(start);
    BatchCursor cursor =
        file.cursor(held, end, new Place(nextOffset, sizeBytes), BatchCursor.LONG_WALK_BYTES);
    try {
      while (end.offset() < nextOffset && cursor.next()) {
        end = cursor.end();
      }
    } catch (CorruptLogException _) {
      // The batches are damaged too: who reads them is told.
    }
    if (end.offset() == nextOffset) {
      return end.position();
    }
    return footerIsThere ? sizeBytes - SegmentFooter.BYTES : sizeBytes;
  }
}
