package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.LogFiles;
import dev.daybook.eventlog.partition.Snapshot.SnapshotFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Takes a [Snapshot] when somebody asked for one: on the checkpointer's thread, behind a checkpoint that holds all which
/// was durable when it was asked, and before that checkpoint unlinks anything. It gives names and copies nothing, so a
/// checkpoint waits for it no longer than for some system calls a file.
final class Snapshots {
  private final Disk disk;
  private final ShardFiles files;
  private final Journal journal;
  private final AtomicReference<@Nullable Wanted> wanted = new AtomicReference<>();

  private record Wanted(long upTo, CompletableFuture<Snapshot> answer) {}

  Snapshots(Disk disk, ShardFiles files, Journal journal) {
    this.disk = disk;
    this.files = files;
    this.journal = journal;
  }

  /// Gives up what an earlier process held.
  static void giveUp(Disk disk, ShardFiles files) throws IOException {
    if (disk.exists(files.held())) {
      DurableFiles.deleteDirectory(disk, files.held());
    }
  }

  /// Asks for a snapshot of all that is durable now. Called from any thread, one at a time.
  CompletableFuture<Snapshot> ask() {
    Wanted question = new Wanted(journal.nextSequence() - 1, new CompletableFuture<>());
    if (!wanted.compareAndSet(null, question)) {
      throw new IllegalStateException("A snapshot is being taken already; try again later");
    }
    return question.answer;
  }

  boolean isAsked() {
    return wanted.get() != null;
  }

  /// The entry that must be in the segments before a snapshot can be taken; 0 when nobody asked.
  long upTo() {
    Wanted question = wanted.get();
    return question == null ? 0 : question.upTo;
  }

  /// Answers, if this durable checkpoint is what was waited for. The checkpointer's.
  void checkpointed(CheckpointMarks marks) {
    Wanted question = wanted.get();
    if (question == null || marks.sequence() < question.upTo) {
      return;
    }
    wanted.set(null);
    try {
      question.answer.complete(take(marks));
    } catch (IOException e) {
      question.answer.completeExceptionally(e);
    }
  }

  /// Tells who waits that there will be no snapshot.
  void refuse() {
    Wanted question = wanted.getAndSet(null);
    if (question != null) {
      question.answer.completeExceptionally(
          new IOException("The log stopped before the snapshot was taken"));
    }
  }

  private Snapshot take(CheckpointMarks marks) throws IOException {
    if (disk.exists(files.held())) {
      throw new IOException("A backup of this log is being made already: wait until it is done");
    }
    disk.createDirectories(files.held());
    try {
      List<SnapshotFile> held = new ArrayList<>();
      for (PartitionMark mark : marks.partitions()) {
        holdPartition(mark, held);
      }
      hold(files.producers(marks.sequence()), -1, held);
      return new Snapshot(disk, files.held(), marks, held);
    } catch (IOException e) {
      giveUp(disk, files);
      throw e;
    }
  }

  private void holdPartition(PartitionMark mark, List<SnapshotFile> held) throws IOException {
    Path directory = files.partitions().resolve(mark.id().directoryName());
    disk.createDirectories(files.held().resolve(files.directory().relativize(directory)));
    for (LogFiles.LogFile file : LogFiles.of(disk, directory, end(mark))) {
      hold(file.path(), file.bytes(), held);
    }
  }

  private void hold(Path file, long bytes, List<SnapshotFile> held) throws IOException {
    Path name = files.directory().relativize(file);
    Path secondName = files.held().resolve(name);
    if (!disk.link(file, secondName)) {
      throw new IOException(
          "The file system of %s gives files no second names (hard links), so nothing can be held while the log goes on: stop Daybook and copy the directory"
              .formatted(file));
    }
    held.add(new SnapshotFile(secondName, name.toString(), bytes));
  }

  private static LogEnd end(PartitionMark mark) {
    return new LogEnd(
        mark.startOffset(), mark.nextOffset(), mark.segmentBaseOffset(), mark.segmentPosition());
  }
}
