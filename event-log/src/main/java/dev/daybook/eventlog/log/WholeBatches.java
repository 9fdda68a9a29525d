package dev.daybook.eventlog.log;

import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Finds the next whole batch in a segment's bytes, where the way from batch to batch is broken. First tries where the
/// damaged batch says that it ends, then every byte. Nothing a damaged byte claims is believed: lengths are bounded by the
/// segment, and no more is read than some times its size, whatever the bytes are made to look like.
final class WholeBatches {
  private static final int CHUNK_BYTES = 64 << 10;
  private static final int PATIENCE = 8;

  private final WalkedBytes file;
  private final Predicate<RecordBatch> rightEpoch;
  private final Place end;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES).limit(0);
  private long chunkPosition;
  private long leftBytes;

  WholeBatches(WalkedBytes file, Predicate<RecordBatch> rightEpoch, Place end) {
    this.file = file;
    this.rightEpoch = rightEpoch;
    this.end = end;
  }

  /// The first batch behind the damage that begins at `damaged`, which may be a batch or the lack of one; null when no
  /// more is found.
  @Nullable Place behind(Place damaged) throws IOException {
    leftBytes = PATIENCE * (end.position() - damaged.position()) + CHUNK_BYTES;
    RecordBatch header = headerAt(damaged.position());
    if (header != null && header.sizeBytes() > RecordBatch.HEADER_BYTES) {
      Place found = at(damaged.position() + header.sizeBytes(), damaged.offset());
      // A wrong length may lead behind batches that are whole. A right one leads to the offset that
      // the same header names.
      if (found != null && found.offset() == header.nextOffset()) {
        return found;
      }
    }
    for (long at = damaged.position(); at + RecordBatch.HEADER_BYTES <= end.position(); at++) {
      Place found = at(at, damaged.offset());
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /// Whether a batch was begun there that has this place's offset, though not all of it may be there.
  boolean isBegunAt(Place place) throws IOException {
    RecordBatch header = headerAt(place.position());
    return header != null
        && header.magic() == RecordBatch.MAGIC
        && header.baseOffset() == place.offset()
        && header.lastOffsetDelta() >= 0
        && header.sizeBytes() > RecordBatch.HEADER_BYTES;
  }

  /// Whether any batch of these offsets or later ones is whole there or behind, be it carried on or not: no proof of what the
  /// log holds, but of that it went on.
  boolean isAnyFrom(Place place) throws IOException {
    leftBytes = PATIENCE * (end.position() - place.position()) + CHUNK_BYTES;
    for (long at = place.position(); at + RecordBatch.HEADER_BYTES <= end.position(); at++) {
      RecordBatch header = headerAt(at);
      if (header != null && isPlausible(header, at, place.offset()) && isWhole(header, at)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a batch whose header was found plausible is undamaged.
  boolean isWholeAt(long position) throws IOException {
    leftBytes = end.position() - position;
    RecordBatch header = headerAt(position);
    return header != null && isWhole(header, position);
  }

  /// The batch there, if it is whole, of these offsets, and carried on.
  private @Nullable Place at(long position, long minOffset) throws IOException {
    RecordBatch header = headerAt(position);
    if (header == null || !isPlausible(header, position, minOffset) || !rightEpoch.test(header)) {
      return null;
    }
    long offset = header.baseOffset();
    Place behind = new Place(header.nextOffset(), position + header.sizeBytes());
    return isWhole(header, position) && isCarriedOn(behind) ? new Place(offset, position) : null;
  }

  private boolean isPlausible(RecordBatch header, long position, long minOffset) {
    return header.magic() == RecordBatch.MAGIC
        && header.baseOffset() >= minOffset
        && header.lastOffsetDelta() >= 0
        && header.recordCount() >= 0
        && header.recordCount() - 1 <= header.lastOffsetDelta()
        && header.nextOffset() <= end.offset()
        && header.sizeBytes() >= RecordBatch.HEADER_BYTES
        && header.sizeBytes() <= end.position() - position;
  }

  /// Whether a whole batch that fits begins there, or the segment is sealed there, or ends.
  private boolean isCarriedOn(Place behind) throws IOException {
    if (behind.position() == end.position()) {
      return behind.offset() == end.offset() || isSealedAt(behind);
    }
    return isWholeNextAt(behind) || isSealedAt(behind);
  }

  private boolean isWholeNextAt(Place place) throws IOException {
    RecordBatch header = headerAt(place.position());
    return header != null
        && isPlausible(header, place.position(), place.offset())
        && header.baseOffset() == place.offset()
        && isWhole(header, place.position());
  }

  /// Where the log goes on behind a loss, the next segment begins later than this one ends. Its seal, behind all records, says
  /// where that was.
  private boolean isSealedAt(Place behind) throws IOException {
    ByteBuffer seal = ByteBuffer.allocate(SegmentFooter.BYTES);
    file.read(seal, behind.position());
    return SegmentFooter.decode(seal.rewind())
        .filter(found -> found.contentBytes() == behind.position())
        .filter(found -> found.nextOffset() == behind.offset())
        .isPresent();
  }

  private boolean isWhole(RecordBatch header, long position) throws IOException {
    int crc = (int) header.crc();
    long from = position + RecordBatch.CRC_COVERS_FROM;
    long to = position + header.sizeBytes();
    leftBytes -= to - from;
    if (leftBytes < 0) {
      return false;
    }
    CRC32C computed = new CRC32C();
    for (long at = from; at < to; ) {
      show(at, 1);
      int inChunk = (int) (at - chunkPosition);
      int bytes = (int) Math.min(chunk.limit() - inChunk, to - at);
      if (bytes <= 0) {
        return false;
      }
      computed.update(chunk.slice(inChunk, bytes));
      at += bytes;
    }
    return (int) computed.getValue() == crc;
  }

  /// The bytes there as a batch's header; good until the next is asked for.
  private @Nullable RecordBatch headerAt(long position) throws IOException {
    if (position + RecordBatch.HEADER_BYTES > end.position()) {
      return null;
    }
    show(position, RecordBatch.HEADER_BYTES);
    int inChunk = (int) (position - chunkPosition);
    return inChunk + RecordBatch.HEADER_BYTES > chunk.limit()
        ? null
        : RecordBatch.at(chunk, inChunk);
  }

  private void show(long position, int bytes) throws IOException {
    if (position < chunkPosition || position + bytes > chunkPosition + chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), end.position() - position));
      chunkPosition = position;
      file.read(chunk, position);
      chunk.flip();
    }
  }
}
