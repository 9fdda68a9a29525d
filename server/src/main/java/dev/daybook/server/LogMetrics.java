package dev.daybook.server;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Measurements;
import dev.daybook.eventlog.partition.ShardState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// The log's figures, as Prometheus wants them. All meters are made at the start, so that to count costs the log's
/// threads a few atomic additions, and a dashboard shows a 0 for what has not happened yet.
final class LogMetrics implements Measurements {
  private final Timer round;
  private final Timer force;
  private final DistributionSummary roundBytes;
  private final Counter appended;
  private final Counter duplicates;
  private final Map<AppendResult.Reason, Counter> refused =
      new EnumMap<>(AppendResult.Reason.class);
  private final Counter appendedBytes;
  private final Timer checkpoint;
  private final Counter checkpointBytes;
  private final Counter fetchedBytes;

  LogMetrics(MeterRegistry registry, EventLog log) {
    this.round =
        timer(registry, "daybook.append", "A round of the appender: decided, forced, answered", 5);
    this.force = timer(registry, "daybook.force", "The force of a round's journal entry", 5);
    this.roundBytes =
        DistributionSummary.builder("daybook.append.round.bytes")
            .description("Bytes of batches made durable by one force")
            .serviceLevelObjectives(1e3, 4e3, 16e3, 64e3, 256e3, 1e6, 4e6, 16e6)
            .register(registry);
    this.appended = outcome(registry, "appended");
    this.duplicates = outcome(registry, "duplicate");
    for (AppendResult.Reason reason : AppendResult.Reason.values()) {
      refused.put(reason, outcome(registry, reason.name().toLowerCase(Locale.ROOT)));
    }
    this.appendedBytes =
        counter(registry, "daybook.append.bytes", "Bytes of batches that were appended");
    this.checkpoint =
        timer(registry, "daybook.checkpoint", "Segments forced and named in a checkpoint", 60);
    this.checkpointBytes =
        counter(
            registry, "daybook.checkpoint.freed.bytes", "Bytes of the journal freed for new use");
    this.fetchedBytes =
        counter(registry, "daybook.fetch.bytes", "Bytes of batches given to Kafka clients");
    state(
        registry,
        log,
        "daybook.retained.bytes",
        "In memory, in no segment yet",
        state -> (double) state.retainedBytes());
    state(
        registry,
        log,
        "daybook.journal.used.bytes",
        "Of the journal, not freed by a checkpoint",
        state -> (double) state.journalBytes());
    state(
        registry,
        log,
        "daybook.disk.free.bytes",
        "What may still be written to the disk",
        state -> (double) state.freeBytes());
    // A process recovers once: the histogram is for those who look at many.
    timer(registry, "daybook.recovery.duration", "The recovery of the log at the start", 600)
        .record(log.recovery().durationNs(), TimeUnit.NANOSECONDS);
    Gauge.builder("daybook.recovery.seconds", log, opened -> opened.recovery().durationNs() / 1e9)
        .description("How long the last start took to recover the log")
        .register(registry);
    Gauge.builder("daybook.recovery.entries", log, opened -> (double) opened.recovery().entries())
        .description("Journal entries that the last start brought into segments again")
        .register(registry);
  }

  @Override
  public void round(long sizeBytes, int items, long durationNs, long forceNs) {
    round.record(durationNs, TimeUnit.NANOSECONDS);
    force.record(forceNs, TimeUnit.NANOSECONDS);
    roundBytes.record((double) sizeBytes);
  }

  @Override
  public void decided(AppendResult result, int sizeBytes) {
    switch (result) {
      case AppendResult.Appended _ -> {
        appended.increment();
        appendedBytes.increment(sizeBytes);
      }
      case AppendResult.Duplicate _ -> duplicates.increment();
      case AppendResult.Refused(AppendResult.Reason reason, _) -> {
        Counter counter = refused.get(reason);
        if (counter != null) {
          counter.increment();
        }
      }
    }
  }

  @Override
  public void checkpoint(long durationNs, long freedBytes) {
    checkpoint.record(durationNs, TimeUnit.NANOSECONDS);
    checkpointBytes.increment((double) freedBytes);
  }

  @Override
  public void fetched(long sizeBytes) {
    fetchedBytes.increment((double) sizeBytes);
  }

  private static Timer timer(
      MeterRegistry registry, String name, String description, int maxSeconds) {
    return Timer.builder(name)
        .description(description)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofNanos(100_000))
        .maximumExpectedValue(Duration.ofSeconds(maxSeconds))
        .register(registry);
  }

  private static Counter outcome(MeterRegistry registry, String outcome) {
    return Counter.builder("daybook.appends")
        .description("Batches by what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  private static void state(
      MeterRegistry registry,
      EventLog log,
      String name,
      String description,
      ToDoubleFunction<ShardState> value) {
    Gauge.builder(name, log, opened -> value.applyAsDouble(opened.state()))
        .description(description)
        .register(registry);
  }
}
