package dev.daybook.eventlog.disk;

import java.io.IOException;

/// There is no room for a write on a full disk, and who would wait for some may not, or not any more: the log starts or
/// stops. What he was to write is not written, and nobody was told that it is.
public final class NoRoomException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param message begins as the system's own does, so that a full disk is known by it
  public NoRoomException(String message) {
    super(message);
  }
}
