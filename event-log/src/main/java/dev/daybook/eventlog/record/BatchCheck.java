package dev.daybook.eventlog.record;

/// Whether bytes are a whole batch. A value, because bytes come from anywhere.
public sealed interface BatchCheck {

  /// Structure and checksum are right.
  record Ok() implements BatchCheck {
    static final Ok INSTANCE = new Ok();
  }

  /// The bytes are not what was written or were never a batch.
  ///
  /// @param reason what is wrong, for the one who sent them
  record Damaged(String reason) implements BatchCheck {}
}
