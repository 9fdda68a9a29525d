package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// A segment whose batches never change again, for who reads it from end to end: to prove them, to verify them, to copy
/// them. Any thread may read; one owner writes proofs.
public final class SealedSegment {
  private static final int STEP_BYTES = 1 << 20;

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

  /// The next segment's base offset, as its own footer has it: that one may be gone.
  long provenEnd() throws IOException {
    return footer().map(SegmentFooter::nextOffset).orElse(nextOffset());
  }

  /// Begins to read all of it. The scan holds the file open, also when the segment is deleted meanwhile.
  public SegmentScan scan() throws IOException {
    return new SegmentScan(file, seal, (place, batch) -> {});
  }

  /// Whether every batch is there, whole, and nothing else than what the footer proves, if it proves anything. Reads all of it.
  boolean isWhole() throws IOException {
    try (SegmentScan scan = scan()) {
      Optional<ScanResult> result = Optional.empty();
      while (result.isEmpty()) {
        scan.step(STEP_BYTES);
        result = scan.result();
      }
      return switch (result.get()) {
        case ScanResult.Proven _, ScanResult.Unproven _ -> true;
        case ScanResult.Damaged _, ScanResult.Differs _ -> false;
      };
    }
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
