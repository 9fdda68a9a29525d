package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.partition.AppendResult.Reason;
import dev.daybook.eventlog.partition.RecordValidator.RecordFault;
import dev.daybook.eventlog.partition.RecordValidator.Verdict;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.MalformedRecordsException;
import dev.daybook.eventlog.record.OutputCap;
import dev.daybook.eventlog.record.Packing;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.record.Repacking;
import dev.daybook.eventlog.time.Clock;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import dev.daybook.eventlog.topic.TopicConfig.ContractMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/// The few threads that open batches before they reach the appender, where a topic looks into its records: to check a
/// contract, that every record of a compacted topic has a key, or to keep them packed otherwise than they came; and where a
/// batch's header tells of dates that are not taken, to say which records these are. All other batches pass unopened.
///
/// What they take from memory is bounded: one batch a thread, unpacked under an [OutputCap]; and batches that were packed
/// otherwise lie outside of their requests' memory, so when these take too much together until they are appended, the
/// next ones are refused for the moment.
public final class Preparers implements AutoCloseable {
  private static final int THREADS = 2;

  /// All threads together may fill a quarter of the heap.
  private static final OutputCap CAP =
      new OutputCap(
          Math.min(
              OutputCap.DEFAULT.maxBytes(),
              Math.max(16L << 20, Runtime.getRuntime().maxMemory() / (4 * THREADS))),
          OutputCap.DEFAULT.maxRatio());

  private static final long REWRITTEN_BYTES =
      Math.max(16L << 20, Runtime.getRuntime().maxMemory() / 8);

  private final RecordValidator validator;
  private final Clock clock;
  private final long maxRewrittenBytes;
  private final AtomicLong rewrittenBytes = new AtomicLong();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().name("daybook-preparer-", 0).daemon().factory());

  public Preparers(RecordValidator validator, Clock clock) {
    this(validator, clock, REWRITTEN_BYTES);
  }

  /// @param maxRewrittenBytes what rewritten batches may take together; a few more do, those that are under way
  Preparers(RecordValidator validator, Clock clock, long maxRewrittenBytes) {
    this.validator = validator;
    this.clock = clock;
    this.maxRewrittenBytes = maxRewrittenBytes;
  }

  /// Whether this batch, whose bytes were checked, must be prepared.
  public boolean mustOpen(Topic topic, ByteBuffer batch) {
    TopicConfig config = topic.config();
    RecordBatch header = RecordBatch.at(batch, batch.position());
    return config.compacted()
        || hasContract(config)
        || repacks(config, header)
        || RecordRules.suspects(config, header, clock.wallMs());
  }

  /// Opens a batch, whose bytes were checked, and looks at its records. When it comes back rewritten, somebody must say when
  /// it is [done with][#doneWith].
  public CompletableFuture<Preparation> prepare(Partition partition, ByteBuffer batch) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return look(partition.topic(), partition.id().index(), batch);
          } catch (MalformedRecordsException e) {
            return new Preparation.Refused(
                Reason.CORRUPT_BATCH, String.valueOf(e.getMessage()), List.of());
          }
        },
        threads);
  }

  /// Rewritten batches of so many bytes were appended, or refused.
  public void doneWith(long bytes) {
    rewrittenBytes.addAndGet(-bytes);
  }

  @Override
  public void close() {
    threads.shutdown();
  }

  private Preparation look(Topic topic, int index, ByteBuffer sent)
      throws MalformedRecordsException {
    TopicConfig config = topic.config();
    RecordBatch batch = RecordBatch.at(sent, sent.position());
    boolean repacks = repacks(config, batch);
    if (repacks && rewrittenBytes.get() >= maxRewrittenBytes) {
      return new Preparation.Refused(
          Reason.MEMORY_SHORT,
          "Too many batches are being packed anew for their topics; try again, or send them in the topic's codec",
          List.of());
    }
    ByteBuffer bytes = repacks ? Repacking.unpack(batch, CAP) : sent;
    RecordBatch opened = RecordBatch.at(bytes, bytes.position());
    Optional<Preparation.Refused> refusal = refusal(topic, index, opened);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (RecordRules.isDatedByLog(opened)) {
      // As in Apache Kafka the dates are the producer's all the same.
      RecordBatch.unstamp(bytes, bytes.position());
    }
    if (!repacks) {
      return new Preparation.Ready(sent, false);
    }
    ByteBuffer packed = packed(opened, bytes, config.packing().orElseThrow());
    rewrittenBytes.addAndGet(packed.remaining());
    return new Preparation.Ready(packed, true);
  }

  /// What is wrong with the records, which are all read for that.
  private Optional<Preparation.Refused> refusal(Topic topic, int index, RecordBatch batch)
      throws MalformedRecordsException {
    RecordRules rules = new RecordRules(topic, index, batch, clock.wallMs());
    boolean hasContract = hasContract(topic.config());
    List<LogRecord> records = new ArrayList<>();
    try (RecordReader reader = RecordReader.open(batch, CAP)) {
      for (int i = 0; reader.hasNext(); i++) {
        LogRecord record = hasContract ? reader.nextToKeep() : reader.next();
        rules.look(record, i);
        if (hasContract) {
          records.add(record);
        }
      }
    }
    Optional<Preparation.Refused> refusal = rules.refusal();
    return refusal.isEmpty() && hasContract ? validate(topic, records) : refusal;
  }

  private Optional<Preparation.Refused> validate(Topic topic, List<LogRecord> records) {
    return switch (validator.validate(topic, records)) {
      case Verdict.Accepted() -> Optional.empty();
      case Verdict.Refused(List<RecordFault> faults) -> Optional.of(brokenContract(topic, faults));
      case Verdict.NotReady(String message) ->
          Optional.of(new Preparation.Refused(Reason.CONTRACT_NOT_READY, message, List.of()));
    };
  }

  private static Preparation.Refused brokenContract(Topic topic, List<RecordFault> faults) {
    String first = faults.isEmpty() ? "" : ": " + faults.getFirst().message();
    return new Preparation.Refused(
        Reason.INVALID_RECORD,
        "%d records break the contract of topic '%s'%s"
            .formatted(faults.size(), topic.name(), first),
        faults.subList(0, Math.min(faults.size(), RecordRules.MAX_FAULTS)));
  }

  private static ByteBuffer packed(RecordBatch opened, ByteBuffer bytes, Packing packing) {
    return opened.compression() == packing.compression() ? bytes : Repacking.pack(opened, packing);
  }

  /// A batch that came in the topic's codec stays as it is, at whatever level its producer packed it.
  private static boolean repacks(TopicConfig config, RecordBatch batch) {
    return config.packing().isPresent()
        && config.packing().get().compression() != batch.compression();
  }

  private static boolean hasContract(TopicConfig config) {
    return config.valueContract() != ContractMode.OFF || config.keyContract() != ContractMode.OFF;
  }
}
