package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a sealed segment from its first batch to its footer, step by step: verifies each batch and how it follows the
/// one before it, and hashes them all. Used by one thread.
public final class SegmentScan implements AutoCloseable {
  private final SegmentFile file;
  private final SegmentFooter seal;
  private final DiskFile held;
  private final BatchCursor cursor;
  private final MessageDigest hash = sha256();
  private Place end;
  private long batches;
  private long records;
  private long oldestMs = RecordBatch.NO_TIMESTAMP;
  private long youngestMs = RecordBatch.NO_TIMESTAMP;
  private @Nullable ScanResult result;

  SegmentScan(SegmentFile file, SegmentFooter seal) throws IOException {
    this.file = file;
    this.seal = seal;
    this.held = file.hold();
    this.end = new Place(seal.baseOffset(), 0);
    this.cursor = new BatchCursor(held, end, seal.contentBytes(), BatchCursor.LONG_WALK_BYTES);
  }

  /// Reads on for about so many bytes.
  ///
  /// @return how many it were
  public long step(int maxBytes) throws IOException {
    long from = end.position();
    while (result == null && end.position() - from < maxBytes) {
      readBatch();
    }
    return end.position() - from;
  }

  /// What was found; empty while the end is not reached. Behind a damaged batch a scan does not go on.
  public Optional<ScanResult> result() {
    return Optional.ofNullable(result);
  }

  @Override
  public void close() throws IOException {
    file.release();
  }

  private void readBatch() throws IOException {
    try {
      if (cursor.next()) {
        take(cursor.batch());
      } else if (end.offset() != seal.nextOffset()) {
        result = damaged("the batches end where more must be");
      } else {
        result = compare(proof());
      }
    } catch (CorruptLogException e) {
      result = new ScanResult.Damaged(end.offset(), end.position(), String.valueOf(e.getMessage()));
    }
  }

  private void take(RecordBatch batch) {
    hash.update(batch.bytes());
    batches++;
    records += batch.recordCount();
    oldestMs = ContentProof.older(oldestMs, batch.baseTimestampMs());
    youngestMs = Math.max(youngestMs, batch.maxTimestampMs());
    end = cursor.end();
  }

  private ContentProof proof() {
    String sha256 = HexFormat.of().formatHex(hash.digest());
    return new ContentProof(sha256, batches, records, oldestMs, youngestMs);
  }

  private ScanResult compare(ContentProof found) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SegmentFooter.BYTES);
    held.read(bytes, seal.contentBytes());
    long strangeBytes = held.size() - seal.contentBytes() - bytes.position();
    Optional<SegmentFooter> footer = SegmentFooter.decode(bytes.flip());
    if (footer.isPresent() && !footer.get().partition().equals(seal.partition())) {
      return damaged("this is a segment of partition " + footer.get().partition());
    }
    Optional<ContentProof> kept = footer.filter(seal::endsLike).flatMap(SegmentFooter::proof);
    if (kept.isEmpty() || strangeBytes > 0) {
      return new ScanResult.Unproven(found, strangeBytes);
    }
    return kept.get().equals(found)
        ? new ScanResult.Proven(found)
        : new ScanResult.Differs(kept.get(), found);
  }

  private ScanResult damaged(String what) {
    String reason = new CorruptLogException(file.path(), end.position(), what).getMessage();
    return new ScanResult.Damaged(end.offset(), end.position(), String.valueOf(reason));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
