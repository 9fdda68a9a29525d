package dev.daybook.eventlog.record;

import java.io.IOException;

/// The records inside a batch are not what its header says: whoever made the batch made it wrong, or on
/// purpose. What is in the log can hold it too, since compressed batches are not opened when they come. The message says what is wrong.
public final class MalformedRecordsException extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedRecordsException(String message) {
    super(message);
  }

  public MalformedRecordsException(String message, Throwable cause) {
    super(message, cause);
  }
}
