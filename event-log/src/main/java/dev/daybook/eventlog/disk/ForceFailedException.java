package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.file.Path;

/// Bytes or names could not be made durable. Whatever the system gives as the reason, also that there is no room, nobody
/// knows now what the disk holds: it is never tried again, the process stops, and recovery writes anew.
public final class ForceFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  ForceFailedException(Path path, IOException cause) {
    super("%s could not be forced to the disk: %s".formatted(path, cause.getMessage()), cause);
  }
}
