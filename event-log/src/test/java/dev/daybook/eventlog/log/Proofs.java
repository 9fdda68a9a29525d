package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Puts a proof behind a sealed segment, as the background does when it has read it.
public final class Proofs {
  private Proofs() {}

  /// @return false when the segment is not sealed
  public static boolean put(Disk disk, Path segment) throws IOException {
    try (DiskFile file = disk.open(segment)) {
      ByteBuffer bytes = ByteBuffer.allocate(SegmentFooter.BYTES);
      file.read(bytes, Math.max(0, file.size() - SegmentFooter.BYTES));
      var footer = SegmentFooter.decode(bytes.flip());
      if (footer.isEmpty()) {
        return false;
      }
      ByteBuffer content = ByteBuffer.allocate((int) footer.get().contentBytes());
      file.read(content, 0);
      ContentDigest digest = new ContentDigest();
      RecordBatches.in(content.flip()).forEach(digest::take);
      ContentProof proof = digest.proof();
      file.write(footer.get().contentBytes(), footer.get().with(proof).encode());
      return true;
    }
  }
}
