package dev.daybook.eventlog.partition;

/// Nothing was done, because the disk is full and the last of its reserve is for who makes room: worth trying again later.
public final class LogFullException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public LogFullException(String message) {
    super(message);
  }
}
