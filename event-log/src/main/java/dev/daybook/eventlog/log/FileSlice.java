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
/// @param isCold whether this is nothing to be handed out, but what must be in the page cache before a read can be answered
/// @param batches what knows the batches of the file
/// @param release gives the segment back
public record FileSlice(
    DiskFile file,
    long position,
    int length,
    long nextOffset,
    boolean isCut,
    boolean isCold,
    Batches batches,
    Runnable release)
    implements AutoCloseable {
  /// More than an index leads in front of what is looked for.
  private static final int COME_FROM_BYTES = 64 << 10;

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

  /// What who reads on will ask for next, and is not in memory: to be brought there meanwhile. To be closed. Empty where nobody
  /// seems to have come from what stands in front, and where the system does not say what is in memory.
  ///
  /// @param step how much is brought in at once; twice that is in memory ahead of who reads on
  public Optional<FileSlice> ahead(int step) throws IOException {
    int before = (int) Math.min(position, COME_FROM_BYTES);
    return before == 0 || file.isResident(position - before, before)
        ? batches.missingFrom(position + length, Math.min(length, step), step)
        : Optional.empty();
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

  /// What is known of the batches of a file.
  public interface Batches {
    /// Whether these bytes are in memory and were found whole.
    boolean areAtHand(DiskFile held, long from, long bytes) throws IOException;

    /// Verifies the batch that holds the byte at `from` and those behind it, as far as they end at `to` or before it.
    ///
    /// @return where the last one ends
    long wholeEnd(DiskFile held, long from, long to) throws IOException;

    /// A cold slice of what is missing of the two steps from `from` on; empty where the first is in memory, and as much of the
    /// second as is `next` asked for. It counts as unknown from now on. Opens the file if it must.
    Optional<FileSlice> missingFrom(long from, int next, int step) throws IOException;
  }
}
