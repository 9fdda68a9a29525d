package dev.daybook.eventlog.labs;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client knows to have happened. Times are microseconds of the machine's wall clock, for they are compared with
/// those of another process.
sealed interface HistoryEvent {
  /// A batch was sent for the first time; whatever is sent again has no event of its own.
  record Sent(BatchId batch, int count, long atMicros) implements HistoryEvent {}

  /// The batch is durable from this offset on, says the server. No answer at all leaves a batch unknown.
  record Acked(BatchId batch, long baseOffset) implements HistoryEvent {}

  /// The batch was not appended and will not be, says the server.
  record Refused(BatchId batch, String why) implements HistoryEvent {}

  /// A reader was served this record. The payload is null when its bytes were not those of any sender.
  record Seen(LogId log, long offset, @Nullable Payload payload) implements HistoryEvent {}

  /// Somebody read all there was, from the log's start to its end; more may have come since.
  ///
  /// @param endOffset the high watermark when the reading began
  record ReadWhole(LogId log, long startOffset, long endOffset, List<Seen> records)
      implements HistoryEvent {
    public ReadWhole {
      records = List.copyOf(records);
    }
  }

  /// Somebody asked for the name of the log: the cluster id.
  record Named(String clusterId) implements HistoryEvent {}

  /// A producer id was handed out.
  record ProducerIdGiven(long id) implements HistoryEvent {}

  /// The server's force failed: it may promise nothing from here on.
  record ForceFailed(long atMicros) implements HistoryEvent {}

  /// The server is another process now. What was promised until here must be in every reading of the whole from
  /// here on.
  record Restarted() implements HistoryEvent {}
}
