package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The names in a partition's directory. It is made with its first segment. New names become durable with the next
/// [#force()], like the bytes they name: until then the journal has them.
final class LogDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);
  private static final String STEM = "(\\d{20}(?:-\\d{20}-\\d{1,9})?)";
  private static final Pattern INDEX = Pattern.compile(STEM + "\\.(index|timeindex|txnindex)");
  private static final Pattern KNOWN =
      Pattern.compile(STEM + "\\.(log|index|timeindex|txnindex|log\\.cut-\\d+)|damage(\\.tmp)?");
  private static final int COPY_BYTES = 1 << 20;

  private final Disk disk;
  private final Path path;
  private final PartitionId partition;
  private volatile boolean namesChanged;
  private volatile @Nullable Epochs epochs;

  LogDirectory(Disk disk, Path path, PartitionId partition) {
    this.disk = disk;
    this.path = path;
    this.partition = partition;
  }

  PartitionId partition() {
    return partition;
  }

  /// Says which leader epoch the record at an offset has, for offsets below `below`.
  void expectEpochs(LongToIntFunction epochAt, long below) {
    epochs = new Epochs(epochAt, below);
  }

  /// Whether this batch has the leader epoch that it must, as far as anybody knows.
  private boolean hasRightEpoch(RecordBatch batch) {
    Epochs expected = epochs;
    return expected == null
        || batch.baseOffset() >= expected.below
        || expected.at.applyAsInt(batch.baseOffset()) == batch.partitionLeaderEpoch();
  }

  Disk disk() {
    return disk;
  }

  /// Where a file of that name lies.
  Path resolve(String fileName) {
    return path.resolve(fileName);
  }

  /// Whether a log has files of that name.
  static boolean isKnown(String fileName) {
    return KNOWN.matcher(fileName).matches();
  }

  SegmentFile segment(SegmentName name) {
    return new SegmentFile(disk, path.resolve(name.fileName()), this::hasRightEpoch);
  }

  IndexFiles indexes(SegmentName name) {
    return new IndexFiles(
        disk,
        path.resolve(name.stem() + ".index"),
        path.resolve(name.stem() + ".timeindex"),
        path.resolve(name.stem() + ".txnindex"),
        name.baseOffset());
  }

  boolean has(SegmentFile segment) throws IOException {
    return disk.exists(segment.path());
  }

  /// Why offsets are damaged whose segment is not there.
  String missing(long baseOffset) {
    return path.resolve(SegmentName.original(baseOffset).fileName()) + " is gone";
  }

  /// Makes the directory, if it is not there, for a file that is about to be created.
  void prepareForFile() throws IOException {
    if (!disk.exists(path)) {
      disk.createDirectories(path);
    }
  }

  /// Says that a name was created, so that the next [#force()] makes it durable. Only afterwards: a force that runs
  /// while the name is being created may have come too early for it.
  void nameCreated() {
    namesChanged = true;
  }

  /// The segments that have a file, those that were replaced and not unlinked yet among them. What is no file of a log
  /// is moved to `quarantine`, also where it has the name of one: that segment is gone.
  List<SegmentName> segments(Path quarantine) throws IOException {
    List<SegmentName> segments = new ArrayList<>();
    for (Path file : disk.list(path)) {
      if (isNoFile(file)) {
        LOG.error(
            "a directory, or a link to nothing, stands in place of a segment, and goes to quarantine: bring the file back, while Daybook is stopped path={}",
            file);
        moveAway(file, quarantine);
      } else if (!isKnown(file.getFileName().toString())) {
        moveAway(file, quarantine);
      } else {
        SegmentName.parse(file.getFileName().toString()).ifPresent(segments::add);
      }
    }
    return List.copyOf(segments);
  }

  /// Whether what has this name in a directory cannot be a segment: a directory, or a link to nothing.
  boolean isNoFile(Path named) throws IOException {
    return SegmentName.parse(named.getFileName().toString()).isPresent()
        && (disk.isDirectory(named) || !disk.exists(named));
  }

  /// The segments in use that have a file, ascending.
  List<SegmentName> segments() throws IOException {
    return SegmentName.inUse(segmentsAmong(disk.list(path)));
  }

  private List<SegmentName> segmentsAmong(List<Path> files) throws IOException {
    List<SegmentName> segments = new ArrayList<>();
    for (Path file : files) {
      if (!isNoFile(file)) {
        SegmentName.parse(file.getFileName().toString()).ifPresent(segments::add);
      }
    }
    return segments;
  }

  /// Saves the bytes of a file from `position` on beside it, durably, before they are cut off.
  void saveFrom(SegmentFile segment, DiskFile source, long position) throws IOException {
    Path saved = free(segment.path(), ".cut-");
    try (DiskFile target = DurableFiles.create(disk, saved)) {
      ByteBuffer chunk = ByteBuffer.allocate(COPY_BYTES);
      long from = position;
      while (source.read(chunk.clear(), from) > 0) {
        chunk.flip();
        int bytes = chunk.remaining();
        target.write(from - position, chunk);
        from += bytes;
      }
      target.force();
    } catch (IOException e) {
      // What a full disk did not take whole must not keep it full.
      if (DiskFull.isCauseOf(e) && disk.exists(saved)) {
        disk.delete(saved);
      }
      throw e;
    }
  }

  /// Gives a segment's file another name, under which nothing reads it.
  void setAside(SegmentFile segment) throws IOException {
    DurableFiles.rename(disk, segment.path(), free(segment.path(), ".cut-"));
  }

  /// Makes the names durable that are there at the call. Called by the checkpointer.
  void force() throws IOException {
    if (namesChanged) {
      // First, so that a file created meanwhile is not forgotten.
      namesChanged = false;
      disk.forceDirectory(path);
      Path parent = path.getParent();
      if (parent != null) {
        disk.forceDirectory(parent);
      }
    }
  }

  /// Removes a segment's file; [#forceDeletions] makes that durable.
  void delete(SegmentFile segment) throws IOException {
    if (has(segment)) {
      disk.delete(segment.path());
    }
  }

  /// Makes all names durable, so that none is unlinked while what replaces it may be lost.
  void forceNames() throws IOException {
    disk.forceDirectory(path);
  }

  /// Makes deletions below `baseOffset` durable. A power cut in one of them may have left indexes whose segment is gone:
  /// these go as well.
  void forceDeletions(long baseOffset) throws IOException {
    List<Path> files = disk.list(path);
    List<String> segments = segmentsAmong(files).stream().map(SegmentName::stem).toList();
    for (Path file : files) {
      Matcher index = INDEX.matcher(file.getFileName().toString());
      if (index.matches()) {
        long indexed = Long.parseLong(index.group(1).substring(0, 20));
        if (indexed < baseOffset && !segments.contains(index.group(1))) {
          disk.delete(file);
        }
      }
    }
    disk.forceDirectory(path);
  }

  void delete() throws IOException {
    if (disk.exists(path)) {
      DurableFiles.deleteDirectory(disk, path);
    }
  }

  private void moveAway(Path file, Path quarantine) throws IOException {
    DurableFiles.createDirectories(disk, quarantine);
    String name = path.getFileName() + "-" + file.getFileName();
    DurableFiles.rename(disk, file, free(quarantine.resolve(name), "-"));
  }

  private Path free(Path path, String separator) throws IOException {
    int number = 1;
    while (disk.exists(path.resolveSibling(path.getFileName() + separator + number))) {
      number++;
    }
    return path.resolveSibling(path.getFileName() + separator + number);
  }

  private record Epochs(LongToIntFunction at, long below) {}
}
