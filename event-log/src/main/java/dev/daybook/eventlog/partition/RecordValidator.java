package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.topic.Topic;
import java.util.List;

/// The port through which contracts are checked when records are appended. Called on a preparer's thread;
/// may wait a moment, never for long.
@FunctionalInterface
public interface RecordValidator {
  /// Checks the records of one batch, as the topic's settings ask.
  Verdict validate(Topic topic, List<LogRecord> records);

  /// What the contract says.
  sealed interface Verdict {
    record Accepted() implements Verdict {}

    /// Refused for good: what is wrong with which record (index in the batch).
    record Refused(List<RecordFault> faults) implements Verdict {
      public Refused {
        faults = List.copyOf(faults);
      }
    }

    /// Nothing can be said yet; the producer should try again.
    record NotReady(String message) implements Verdict {}
  }

  /// What is wrong with one record.
  record RecordFault(int index, String message) {}
}
