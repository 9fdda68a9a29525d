package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import dev.daybook.eventlog.partition.RecordValidator.Verdict;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.MalformedRecordsException;
import dev.daybook.eventlog.record.OutputCap;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig.ContractMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The few threads that open batches before they reach the appender, for topics that look into their records:
/// to check a contract, or that every record of a compacted topic has a key. All other batches pass unopened.
///
/// What they take from memory is bounded: one batch a thread, unpacked under an [OutputCap].
public final class Preparers implements AutoCloseable {
  private static final int THREADS = 2;

  /// All threads together may fill a quarter of the heap.
  private static final OutputCap CAP =
      new OutputCap(
          Math.min(
              OutputCap.DEFAULT.maxBytes(),
              Math.max(16L << 20, Runtime.getRuntime().maxMemory() / (4 * THREADS))),
          OutputCap.DEFAULT.maxRatio());

  private final RecordValidator validator;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().name("daybook-preparer-", 0).daemon().factory());

  public Preparers(RecordValidator validator) {
    this.validator = validator;
  }

  /// Whether batches of this topic must be prepared.
  public static boolean openBatchesOf(Topic topic) {
    return topic.config().compacted() || hasContract(topic);
  }

  /// Opens a batch, whose bytes were checked, and looks at its records.
  public CompletableFuture<Preparation> prepare(Topic topic, ByteBuffer batch) {
    return CompletableFuture.supplyAsync(() -> look(topic, batch), threads);
  }

  @Override
  public void close() {
    threads.shutdown();
  }

  private Preparation look(Topic topic, ByteBuffer batch) {
    List<LogRecord> records;
    try {
      records = RecordReader.read(RecordBatch.at(batch, batch.position()), CAP);
    } catch (MalformedRecordsException e) {
      return new Preparation.Refused(
          Reason.CORRUPT_BATCH, String.valueOf(e.getMessage()), List.of());
    }
    List<RecordFault> keyless = topic.config().compacted() ? keyless(records) : List.of();
    if (!keyless.isEmpty()) {
      return refused("records of a compacted topic need a key", keyless);
    }
    return hasContract(topic) ? validate(topic, records) : new Preparation.Ready();
  }

  private Preparation validate(Topic topic, List<LogRecord> records) {
    return switch (validator.validate(topic, records)) {
      case Verdict.Accepted() -> new Preparation.Ready();
      case Verdict.Refused(List<RecordFault> faults) ->
          refused("records break the contract of topic '" + topic.name() + "'", faults);
      case Verdict.NotReady(String message) ->
          new Preparation.Refused(Reason.CONTRACT_NOT_READY, message, List.of());
    };
  }

  private static Preparation refused(String what, List<RecordFault> faults) {
    String first = faults.isEmpty() ? "" : ": " + faults.getFirst().message();
    return new Preparation.Refused(
        Reason.INVALID_RECORD, faults.size() + " " + what + first, faults);
  }

  private static List<RecordFault> keyless(List<LogRecord> records) {
    List<RecordFault> faults = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      if (records.get(i).key() == null) {
        faults.add(new RecordFault(i, "the record has no key, and its topic is compacted"));
      }
    }
    return faults;
  }

  private static boolean hasContract(Topic topic) {
    return topic.config().valueContract() != ContractMode.OFF
        || topic.config().keyContract() != ContractMode.OFF;
  }
}
