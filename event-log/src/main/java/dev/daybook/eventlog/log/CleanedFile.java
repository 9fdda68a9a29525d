package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.record.EmptyBatch;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A segment that compaction writes, under a name that no log reads: batches, each where the one before it ends, and in
/// the end the footer with its proof. Offsets of which nothing is left become empty batches, as few as can be. When the
/// machine stops, the file is nothing, and the next start removes it.
final class CleanedFile {
  private static final int BUFFER_BYTES = 256 << 10;

  private final Disk disk;
  private final Path path;
  private final PartitionId partition;
  private final SegmentName name;
  private final int indexIntervalBytes;
  private final DiskFile file;
  private final ContentDigest digest = new ContentDigest();
  private final List<ByteBuffer> waiting = new ArrayList<>();
  private int waitingBytes;
  private long writtenBytes;
  private boolean closed;
  private SegmentIndex index;
  private @Nullable Gap gap;

  CleanedFile(Disk disk, Path path, PartitionId partition, SegmentName name, int indexIntervalBytes)
      throws IOException {
    this.disk = disk;
    this.path = path;
    this.partition = partition;
    this.name = name;
    this.indexIntervalBytes = indexIntervalBytes;
    this.index = SegmentIndex.empty(name.baseOffset(), new Place(name.baseOffset(), 0));
    if (disk.exists(path)) {
      disk.delete(path);
    }
    this.file = DurableFiles.create(disk, path);
  }

  SegmentName name() {
    return name;
  }

  Path path() {
    return path;
  }

  SegmentIndex index() {
    return index;
  }

  /// The size of the batches.
  long contentBytes() {
    return index.end().position();
  }

  /// Adds a batch. Its bytes must stay as they are until the next one is added.
  void add(ByteBuffer bytes) throws IOException {
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    if (EmptyBatch.isOffsetsOnly(batch)) {
      addGap(batch);
      return;
    }
    closeGap();
    write(bytes);
  }

  /// Adds the offsets of a batch of which nothing else is left.
  void addGap(RecordBatch batch) throws IOException {
    Gap before = gap;
    if (before != null && before.takes(batch)) {
      gap = new Gap(before.baseOffset, batch.lastOffset(), before.leaderEpoch);
    } else {
      closeGap();
      gap = new Gap(batch.baseOffset(), batch.lastOffset(), batch.partitionLeaderEpoch());
    }
  }

  /// Writes the footer and makes the bytes durable.
  void finish() throws IOException {
    closeGap();
    if (index.end().offset() != name.nextOffset()) {
      throw new IllegalStateException(
          "%s ends at offset %d and not where its name says".formatted(name, index.end().offset()));
    }
    flush();
    SegmentFooter footer =
        new SegmentFooter(
            partition,
            name.baseOffset(),
            name.nextOffset(),
            contentBytes(),
            Optional.of(digest.proof()));
    file.write(contentBytes(), footer.encode());
    file.force();
    close();
  }

  /// Gives the file up and removes it.
  void abandon() throws IOException {
    close();
    if (disk.exists(path)) {
      disk.delete(path);
    }
  }

  private void close() throws IOException {
    if (!closed) {
      closed = true;
      file.close();
    }
  }

  private void closeGap() throws IOException {
    Gap open = gap;
    if (open != null) {
      gap = null;
      write(EmptyBatch.ofOffsets(open.baseOffset, open.lastOffset, open.leaderEpoch));
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    RecordBatch batch = RecordBatch.at(bytes, bytes.position());
    if (batch.baseOffset() != index.end().offset()) {
      throw new IllegalStateException(
          "A %s cannot follow offset %d in %s"
              .formatted(batch, index.end().offset() - 1, name.fileName()));
    }
    if (contentBytes() + batch.sizeBytes() > Integer.MAX_VALUE - SegmentFooter.BYTES) {
      throw new IOException(name.fileName() + " would be larger than a segment may be");
    }
    digest.take(batch);
    index = index.with(batch, indexIntervalBytes);
    ByteBuffer copy = ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    waiting.add(copy);
    waitingBytes += copy.remaining();
    if (waitingBytes >= BUFFER_BYTES) {
      flush();
    }
  }

  private void flush() throws IOException {
    file.write(writtenBytes, waiting.toArray(ByteBuffer[]::new));
    writtenBytes += waitingBytes;
    waiting.clear();
    waitingBytes = 0;
  }

  /// Offsets that no record has any more.
  private record Gap(long baseOffset, long lastOffset, int leaderEpoch) {
    boolean takes(RecordBatch next) {
      return leaderEpoch == next.partitionLeaderEpoch()
          && lastOffset + 1 == next.baseOffset()
          && next.lastOffset() - baseOffset < Integer.MAX_VALUE;
    }
  }
}
