package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a segment from its first batch to its footer, step by step: verifies each batch and how it follows the one
/// before it, and hashes them all. Goes on behind damage. Used by one thread.
public final class SegmentScan implements AutoCloseable {
  private final SegmentFile file;
  private final SegmentFooter seal;
  private final PlaceVisitor visitor;
  private final DiskFile held;
  private final Optional<SegmentFooter> footer;
  private final long strangeBytes;
  private final BatchCursor cursor;
  private final ContentDigest digest = new ContentDigest();
  private final List<ScanResult.Hole> holes = new ArrayList<>();
  private Place end;
  private @Nullable ScanResult result;

  /// @param seal what is known of the segment
  /// @param visitor is told of every whole batch
  SegmentScan(SegmentFile file, SegmentFooter seal, PlaceVisitor visitor) throws IOException {
    this.file = file;
    this.seal = seal;
    this.visitor = visitor;
    this.held = file.hold();
    try {
      ByteBuffer behind = ByteBuffer.allocate(SegmentFooter.BYTES);
      held.read(behind, seal.contentBytes());
      this.strangeBytes = Math.max(0, held.size() - seal.contentBytes() - SegmentFooter.BYTES);
      this.footer = SegmentFooter.decode(behind.flip()).filter(found -> found.isAt(seal));
    } catch (Throwable failure) {
      file.release();
      throw failure;
    }
    this.end = new Place(seal.baseOffset(), 0);
    Place last = new Place(nextOffset(), seal.contentBytes());
    this.cursor = file.cursor(held, end, last, BatchCursor.LONG_WALK_BYTES);
  }

  /// What stands behind the batches; empty when that is no whole footer of this segment.
  public Optional<SegmentFooter> footer() {
    return footer;
  }

  /// Reads on for about so many bytes.
  ///
  /// @return how many it were
  public long step(int maxBytes) throws IOException {
    long from = end.position();
    if (result == null) {
      // No more than this: who waits for the disk must not wait for what the system reads ahead.
      held.prefetch(from, Math.min(maxBytes, seal.contentBytes() - from));
    }
    while (result == null && end.position() - from < maxBytes) {
      readBatch();
    }
    return end.position() - from;
  }

  /// What was found; empty while the end is not reached.
  public Optional<ScanResult> result() {
    return Optional.ofNullable(result);
  }

  @Override
  public void close() throws IOException {
    file.release();
  }

  private long nextOffset() {
    return footer.map(SegmentFooter::nextOffset).orElse(seal.nextOffset());
  }

  private void readBatch() throws IOException {
    if (cursor.nextWhole()) {
      passHole(cursor.place());
      take(cursor.batch());
    } else {
      passHole(new Place(nextOffset(), seal.contentBytes()));
      result = finish();
    }
  }

  private void passHole(Place next) {
    if (!next.equals(end)) {
      String reason =
          "%s holds no whole batches from byte %d to %d"
              .formatted(file.path(), end.position(), next.position());
      holes.add(
          new ScanResult.Hole(
              end.offset(), next.offset(), end.position(), next.position(), reason));
      end = next;
    }
  }

  private void take(RecordBatch batch) throws IOException {
    digest.take(batch);
    visitor.visit(end, batch);
    end = cursor.end();
  }

  private ScanResult finish() {
    if (footer.isPresent() && !footer.get().partition().equals(seal.partition())) {
      String reason = file.path() + " is a segment of partition " + footer.get().partition();
      holes.add(
          new ScanResult.Hole(seal.baseOffset(), nextOffset(), 0, seal.contentBytes(), reason));
    }
    ContentProof found = digest.proof();
    if (!holes.isEmpty()) {
      return new ScanResult.Damaged(found, holes);
    }
    Optional<ContentProof> kept = footer.flatMap(SegmentFooter::proof);
    if (kept.isEmpty() || strangeBytes > 0) {
      return new ScanResult.Unproven(found, strangeBytes);
    }
    return kept.get().equals(found)
        ? new ScanResult.Proven(found)
        : new ScanResult.Differs(kept.get(), found);
  }

  /// Takes a batch and the place where it begins.
  @FunctionalInterface
  interface PlaceVisitor {
    void visit(Place place, RecordBatch batch) throws IOException;
  }
}
