package dev.daybook.eventlog.disk;

import java.io.IOException;

/// Somebody waited for room on a full disk, and then the log was stopped. What he was to write is not written, and nobody
/// was told that it is.
public final class StoppedWaitingException extends IOException {
  private static final long serialVersionUID = 1L;

  public StoppedWaitingException(String message) {
    super(message);
  }
}
