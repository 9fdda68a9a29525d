package dev.daybook.eventlog.partition;

/// The appender, as somebody sees it whose decision runs on the appender's thread: whatever is appended through it in
/// one decision comes into one journal entry, so all of it is durable or none. Good for as long as the decision runs.
public interface Appending {

  /// Appends a batch or a marker, and says at once what became of it.
  AppendResult append(AppendPart part);

  /// Whether a batch would be appended now, and is no duplicate.
  boolean takes(PartitionAppend append);

  /// A producer id that was never given before and never will be again.
  ///
  /// @throws LogFullException where the disk is too full for another block of them, and nothing was appended yet
  long newProducerId();
}
