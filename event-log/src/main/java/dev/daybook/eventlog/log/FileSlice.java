package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// Bytes of a segment's file, whole batches. Keeps the segment's file open until it is closed, also when the
/// segment is deleted meanwhile. Closing twice does nothing the second time.
///
/// They were whole when they were handed out. Who sends them later must not trust what the disk brings back once more: see
/// [#isAtHand] and [#verify].
///
/// @param file the open file
/// @param position of the first byte in the file
/// @param length in bytes
/// @param nextOffset behind the last batch, if the slice reaches the end of its segment; -1 otherwise
/// @param isCut whether more was asked for, and is there, than is handed out at once
/// @param found when they were found whole
/// @param batches what knows the batches of the file
/// @param release gives the segment back
public record FileSlice(
    DiskFile file,
    long position,
    int length,
    long nextOffset,
    boolean isCut,
    Found found,
    Batches batches,
    Runnable release)
    implements AutoCloseable {
  /// Whether this is nothing to be handed out, but what must be in the page cache before a read can be answered.
  public boolean isCold() {
    return found == Found.NOT_YET;
  }

  /// Whether these bytes of the file are in memory, and are those that were found whole. Does not wait.
  public boolean isAtHand(long from, int bytes) throws IOException {
    return batches.areAtHand(file, from, bytes);
  }

  /// Reads the batches that hold these bytes, at least the first of them, and verifies them.
  ///
  /// @return how many bytes from `from` on are whole: up to the end of a batch, and not beyond the slice
  /// @throws CorruptLogException when the first of them is damaged
  public int verify(long from, int bytes) throws IOException {
    long end = batches.wholeEnd(file, from, Math.min(from + bytes, position + length));
    return (int) (Math.min(end, position + length) - from);
  }

  /// What who reads on will ask for next, and is not in memory: a cold slice, to be brought there meanwhile and closed. Empty where
  /// nobody seems to have come from what stands in front, where the system does not say what is in memory, and where nobody keeps
  /// the file open: the slice itself may be closed.
  ///
  /// @param step how much is brought in at once; twice that is in memory ahead of who reads on
  public Optional<FileSlice> ahead(int step) throws IOException {
    return batches.behind(position, length, step);
  }

  /// Says that these bytes will be read in for nobody: whoever comes for them finds them in memory, and must verify them.
  ///
  /// @return whether they are not all there
  public boolean forgetMissing(long from, int bytes) throws IOException {
    return batches.forgetMissing(file, from, bytes);
  }

  /// All of its bytes, verified as they are read.
  ///
  /// @throws CorruptLogException when they are not any more what was found whole
  public ByteBuffer read() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    file.read(bytes, position);
    bytes.flip();
    long at = position;
    while (at < position + length) {
      RecordBatch batch = RecordBatch.at(bytes, (int) (at - position));
      if (batch.checkStored() instanceof BatchCheck.Damaged damaged) {
        throw new CorruptLogException(file.path(), at, damaged.reason());
      }
      at += batch.sizeBytes();
    }
    return bytes;
  }

  @Override
  public void close() {
    release.run();
  }

  /// When bytes were found whole.
  public enum Found {
    /// Before anybody asked for this slice.
    BEFORE,
    /// For this slice, at least in part: whoever reads on may have to wait for what comes next.
    NOW,
    /// They were not: something of them is missing in memory.
    NOT_YET
  }

  /// What is known of the batches of a file.
  public interface Batches {
    /// Whether these bytes are in memory and were found whole.
    boolean areAtHand(DiskFile held, long from, long bytes) throws IOException;

    /// Verifies the batch that holds the byte at `from` and those behind it, as far as they end at `to` or before it.
    ///
    /// @return where the last one ends
    long wholeEnd(DiskFile held, long from, long to) throws IOException;

    /// A cold slice of what is missing of the two steps behind a slice; empty where the first is in memory, and as much of the
    /// second as the slice is long, or nobody holds the file. See [FileSlice#ahead].
    Optional<FileSlice> behind(long position, int length, int step) throws IOException;

    /// Whether any of these bytes are missing in memory. Then all of them count as unknown from now on.
    boolean forgetMissing(DiskFile held, long from, long bytes) throws IOException;
  }
}
