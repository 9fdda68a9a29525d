package dev.daybook.registry;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// The topic that holds everything the registry knows, as a seam: Kafka in production, memory with faults in tests.
/// Failures are exceptions; the caller tries again with a new writer or reader.
interface SchemaLog extends AutoCloseable {
  /// Creates the topic where it is missing and checks that it can be used.
  void prepare();

  /// The offset behind the last record that is durable now. Asked on a way of its own, so that it is answered while
  /// a reader waits for records.
  CompletableFuture<Long> endOffset();

  /// A reader from this offset on.
  ///
  /// @param leaderEpoch of the last record before it, by which a cut of the log is known; -1 when there is none
  Reader read(long fromOffset, int leaderEpoch);

  Writer write();

  @Override
  void close();

  /// One record as it stands in the log; its leader epoch is -1 when the log keeps none.
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes; nobody compares entries.
  record Entry(
      long offset,
      int leaderEpoch,
      long timestampMs,
      byte @Nullable [] key,
      byte @Nullable [] value) {}

  /// The log no longer has what was read from it: it was restored from a backup, or made anew.
  final class CutException extends KafkaException {
    private static final long serialVersionUID = 1L;

    CutException(Throwable cause) {
      super(
          "the log was cut behind what was read from it (restored from a backup, or made anew); restart the registry",
          cause);
    }
  }

  /// Used by one thread; only [#wakeup] may be called by others.
  interface Reader extends AutoCloseable {
    /// The next records; empty when there are none for so long, or after a wake-up.
    ///
    /// @throws CutException when records that were read before are gone
    List<Entry> poll(Duration timeout);

    /// The offset of the next record this reader gives.
    long position();

    void wakeup();

    @Override
    void close();
  }

  /// Appends in the order of its calls, each record at most once.
  interface Writer extends AutoCloseable {
    /// Completes when the record is durable; if it fails, whether the record is there is open.
    CompletableFuture<?> append(byte[] key, byte @Nullable [] value);

    @Override
    void close();
  }
}
