package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A segment that compaction has written and made durable, about to take the place of those it was made of. Three steps,
/// each on the thread of who owns what it changes: it gets its name in the log's directory; readers see it; the files of
/// those it replaces are unlinked, when nobody minds any more.
///
/// When the machine stops before the first step is durable, the earlier segments are in use; behind it, by its name, this
/// one is. Both hold the same last records.
public final class Replacement {
  private final PartitionLog log;
  private final LogDirectory directory;
  private final List<Segment> sources;
  private final CleanedFile file;

  Replacement(PartitionLog log, LogDirectory directory, List<Segment> sources, CleanedFile file) {
    this.log = log;
    this.directory = directory;
    this.sources = List.copyOf(sources);
    this.file = file;
  }

  public PartitionLog log() {
    return log;
  }

  /// The bytes of the segments that go.
  public long bytesBefore() {
    return sources.stream().mapToLong(Segment::sizeBytes).sum();
  }

  /// The bytes of the one that comes.
  public long bytesAfter() {
    return file.contentBytes();
  }

  /// Gives the segment its name in the log's directory, durably. Whoever opens the log from now on uses it. The
  /// checkpointer's, so that neither a backup nor a deleted topic meets a directory that is changing.
  public void giveName() throws IOException {
    directory.indexes(file.name()).write(file.index());
    DurableFiles.rename(directory.disk(), file.path(), path());
  }

  /// Lets readers see it, in one step. The segment writer's.
  ///
  /// @return false when the log dropped some of the earlier segments meanwhile: then it is to be [taken back][#takeBack]
  public boolean show() throws IOException {
    SegmentName name = file.name();
    return log.segments().replace(sources, Segment.sealed(directory, name, name.nextOffset()));
  }

  /// Unlinks the files of the segments that were replaced. The checkpointer's.
  public void unlinkSources() throws IOException {
    log.segments().unlinkReplaced(sources);
  }

  /// Removes a segment that got its name and was not shown. The checkpointer's.
  public void takeBack() throws IOException {
    directory.indexes(file.name()).delete();
    if (directory.disk().exists(path())) {
      DurableFiles.delete(directory.disk(), path());
    }
  }

  /// Removes the file of a segment that got no name.
  public void abandon() throws IOException {
    file.abandon();
  }

  private Path path() {
    return directory.resolve(file.name().fileName());
  }

  @Override
  public String toString() {
    return "%d segments of %s by %s".formatted(sources.size(), log.id(), file.name().fileName());
  }
}
