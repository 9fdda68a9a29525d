package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// A segment whose batches never change again, for who reads it from end to end: to prove them, to verify them, to copy
/// them. Any thread may read; one owner writes proofs.
public final class SealedSegment {
  private final SegmentFile file;
  private final SegmentFooter seal;

  SealedSegment(SegmentFile file, SegmentFooter seal) {
    this.file = file;
    this.seal = seal;
  }

  public Path path() {
    return file.path();
  }

  public long baseOffset() {
    return seal.baseOffset();
  }

  /// The next segment's base offset.
  public long nextOffset() {
    return seal.nextOffset();
  }

  /// The size of the batches; the footer comes behind.
  public long contentBytes() {
    return seal.contentBytes();
  }

  /// What stands in the footer's place now; empty when that is no whole footer of this segment.
  public Optional<SegmentFooter> footer() throws IOException {
    DiskFile held = file.hold();
    try {
      return SegmentFooter.decode(bytesBehindContent(held)).filter(found -> found.isAt(seal));
    } finally {
      file.release();
    }
  }

  /// Begins to read all of it. The scan holds the file open, also when the segment is deleted meanwhile.
  public SegmentScan scan() throws IOException {
    return new SegmentScan(file, seal, (place, batch) -> {});
  }

  /// Writes the footer anew, with this proof, durably. Torn by a crash, it is no proof and is written again.
  public void prove(ContentProof proof) throws IOException {
    DiskFile held = file.hold();
    try {
      SegmentFooter footer =
          SegmentFooter.decode(bytesBehindContent(held))
              .filter(found -> found.isAt(seal))
              .orElse(seal);
      held.write(seal.contentBytes(), footer.with(proof).encode());
      held.force();
    } finally {
      file.release();
    }
  }

  private ByteBuffer bytesBehindContent(DiskFile held) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SegmentFooter.BYTES);
    held.read(bytes, seal.contentBytes());
    return bytes.flip();
  }
}
