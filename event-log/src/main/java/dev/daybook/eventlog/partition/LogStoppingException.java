package dev.daybook.eventlog.partition;

/// Nothing was done, because the log is stopping: worth trying again, where it comes back.
public final class LogStoppingException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public LogStoppingException(String message) {
    super(message);
  }
}
