package dev.daybook.eventlog.partition;

/// Nothing was done, because the catalogue of topics is damaged: trying again is of no use before somebody repairs it.
public final class LogDamagedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  public LogDamagedException(String message) {
    super(message);
  }
}
