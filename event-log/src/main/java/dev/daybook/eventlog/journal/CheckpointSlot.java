package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.CheckpointFormat.Numbered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// One of the two files for checkpoints, as it was found.
///
/// @param content null when there is no whole checkpoint in it
record CheckpointSlot(Path path, boolean exists, @Nullable Numbered content) {

  static CheckpointSlot read(Disk disk, Path path) throws IOException {
    if (!disk.exists(path)) {
      return new CheckpointSlot(path, false, null);
    }
    ByteBuffer bytes = ByteBuffer.wrap(DurableFiles.read(disk, path));
    return new CheckpointSlot(path, true, CheckpointFormat.decode(bytes, path));
  }

  boolean isWhole() {
    return content != null;
  }

  /// Tells the newer slot from the older; -1 when it is not whole.
  long number() {
    return content == null ? -1 : content.number();
  }

  /// Opens the file. A missing one is made first, with an empty checkpoint in it.
  DiskFile openOrMake(Disk disk) throws IOException {
    if (!exists) {
      DurableFiles.write(disk, path, CheckpointFormat.encode(Numbered.EMPTY));
    }
    return disk.open(path);
  }
}
