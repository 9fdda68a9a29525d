package dev.daybook.eventlog.protocol;

/// A frame that cannot be a request this server answers. There is no way to tell the client, which may not even
/// speak Kafka: its connection is closed.
public final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  public BadFrameException(String message) {
    super(message, null, false, false);
  }
}
