package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import java.nio.ByteBuffer;
import java.util.List;

/// What a preparer found in a batch.
public sealed interface Preparation {

  /// The batch may be appended.
  ///
  /// @param batch what is to be appended: the bytes that were sent, or others
  /// @param rewritten whether they are others, in memory of their own
  record Ready(ByteBuffer batch, boolean rewritten) implements Preparation {}

  /// It may not.
  ///
  /// @param message one sentence that says what is wrong and what to do
  /// @param faults what is wrong with which record, where that is known
  record Refused(AppendResult.Reason reason, String message, List<RecordFault> faults)
      implements Preparation {
    public Refused {
      faults = List.copyOf(faults);
    }
  }
}
