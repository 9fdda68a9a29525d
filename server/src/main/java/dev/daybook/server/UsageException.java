package dev.daybook.server;

/// Something the user can put right. The message is one sentence (or two) that says what is wrong and what to
/// do; it is shown as it is, without a stack trace.
public final class UsageException extends RuntimeException {
  public UsageException(String message) {
    super(message);
  }

  public UsageException(String message, Throwable cause) {
    super(message, cause);
  }
}
