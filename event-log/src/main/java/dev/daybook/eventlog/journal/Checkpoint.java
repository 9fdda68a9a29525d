package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointFormat.Numbered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where checkpoints are kept: two files, written one after the other and in place, so that one is whole whatever
/// happens to the other, and a full disk can still be checkpointed. The newest whole one counts.
///
/// A slot gets its name only when it holds a whole checkpoint, an empty one. So a slot that is not whole was
/// torn by a crash or has been damaged since; when neither is, it was damage. Owned by the checkpointer's
/// thread once it is open.
public final class Checkpoint implements AutoCloseable {
  private DiskFile newestSlot;
  private DiskFile otherSlot;
  private Numbered newest;

  /// False from the moment a checkpoint is begun until it is durable.
  private boolean usable = true;

  private Checkpoint(DiskFile newestSlot, DiskFile otherSlot, Numbered newest) {
    this.newestSlot = newestSlot;
    this.otherSlot = otherSlot;
    this.newest = newest;
  }

  /// Opens the slots in this directory, or makes them.
  ///
  /// @throws IOException when there were slots and none of them is whole; says what to do
  public static Checkpoint open(Disk disk, Path directory) throws IOException {
    DurableFiles.createDirectories(disk, directory);
    disk.forceDirectory(directory);
    CheckpointSlot first = CheckpointSlot.read(disk, directory.resolve("slot-0"));
    CheckpointSlot second = CheckpointSlot.read(disk, directory.resolve("slot-1"));
    if (!first.isWhole() && !second.isWhole() && (first.exists() || second.exists())) {
      throw new IOException(
          "Both checkpoints in %s are damaged. Nothing was changed. Keep a copy of the data directory and check the disk. Then restore the directory from a backup, or let `daybook repair DIR --accept-loss` make a checkpoint from the segments and the journal."
              .formatted(directory));
    }
    boolean firstIsNewer = first.number() >= second.number();
    return open(disk, firstIsNewer ? first : second, firstIsNewer ? second : first);
  }

  /// Puts a checkpoint in the place of slots that are both gone, or damaged: these are kept beside it. Stopped halfway, the
  /// slots are as they were, or this one is there.
  public static void replaceLost(Disk disk, Path directory, CheckpointMarks marks)
      throws IOException {
    DurableFiles.createDirectories(disk, directory);
    for (String name : List.of("slot-1", "slot-0")) {
      Path slot = directory.resolve(name);
      if (disk.exists(slot)) {
        Path kept = directory.resolve(name + ".damaged");
        DurableFiles.write(disk, kept, ByteBuffer.wrap(DurableFiles.read(disk, slot)));
      }
    }
    DurableFiles.write(
        disk, directory.resolve("slot-0"), CheckpointFormat.encode(new Numbered(1, marks)));
  }

  private static Checkpoint open(Disk disk, CheckpointSlot newer, CheckpointSlot older)
      throws IOException {
    Numbered newest = newer.content() == null ? Numbered.EMPTY : newer.content();
    DiskFile newerFile = newer.openOrMake(disk);
    try {
      DiskFile olderFile = older.openOrMake(disk);
      try {
        Checkpoint slots = new Checkpoint(newerFile, olderFile, newest);
        slots.rewriteNewest();
        return slots;
      } catch (Throwable failure) {
        olderFile.close();
        throw failure;
      }
    } catch (Throwable failure) {
      newerFile.close();
      throw failure;
    }
  }

  /// The newest checkpoint may be whole only in the system's cache: a killed process never forced it. Before
  /// the other slot is written over, this one must be durable.
  private void rewriteNewest() throws IOException {
    newestSlot.write(0, CheckpointFormat.encode(newest));
    newestSlot.force();
  }

  /// The newest durable checkpoint; empty when there never was one.
  public Optional<CheckpointMarks> latest() {
    return newest.number() == 0 ? Optional.empty() : Optional.of(newest.marks());
  }

  /// Makes a checkpoint durable. Until that is done, the one before it counts.
  ///
  /// @throws IOException when writing or forcing failed; no other checkpoint is taken then, because the one
  ///     left whole must not be put at risk. Only when the disk was full this may be tried again
  public void write(CheckpointMarks marks) throws IOException {
    if (!usable) {
      throw new IOException("Writing " + otherSlot.path() + " failed before: restart to recover");
    }
    if (marks.sequence() < newest.marks().sequence()) {
      throw new IllegalArgumentException(
          "Checkpoints go forward: %d is before %d"
              .formatted(marks.sequence(), newest.marks().sequence()));
    }
    Numbered next = new Numbered(newest.number() + 1, marks);
    usable = false;
    try {
      otherSlot.write(0, CheckpointFormat.encode(next));
    } catch (IOException e) {
      // The newest slot was not touched, and nothing was to be forced: with more room this works.
      usable = DiskFull.isCauseOf(e);
      throw e;
    }
    otherSlot.force();
    usable = true;
    DiskFile written = otherSlot;
    otherSlot = newestSlot;
    newestSlot = written;
    newest = next;
  }

  /// Makes a checkpoint durable in both slots, one after the other. Only then may go what an earlier checkpoint needs: so
  /// whichever slot is lost, and whenever, the other one leads to the same log.
  public void writeBoth(CheckpointMarks marks) throws IOException {
    write(marks);
    write(marks);
  }

  @Override
  public void close() throws IOException {
    try (DiskFile _ = newestSlot) {
      otherSlot.close();
    }
  }
}
