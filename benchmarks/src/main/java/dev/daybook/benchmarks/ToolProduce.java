package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Kafka's ProducerPerformance.
///
/// @param throughput records a second, -1 for as fast as it goes
/// @param expectedRate what decides how many records are sent, as the tool counts records and not seconds
record ToolProduce(
    String id,
    String title,
    int recordBytes,
    int partitions,
    int throughput,
    int expectedRate,
    List<String> properties)
    implements Case {

  /// Kafka that forces each batch is sent fewer records, or it would take most of the run.
  private static final int FORCED_SHARE = 24;

  private static final int LEAST_WARMUP_SECONDS = 2;

  boolean isPaced() {
    return throughput > 0;
  }

  @Override
  public Set<Contender> contenders() {
    return isPaced()
        ? EnumSet.complementOf(EnumSet.of(Contender.KAFKA_FORCED))
        : EnumSet.allOf(Contender.class);
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    int share = turn.isAgainst(Contender.KAFKA_FORCED) ? FORCED_SHARE : 1;
    int warmupSeconds = Math.max(LEAST_WARMUP_SECONDS, turn.plan().warmupSeconds());
    long warmupRecords = (long) expectedRate * warmupSeconds / share;
    long records = (long) expectedRate * turn.plan().seconds() / share;
    records = Math.min(records, turn.plan().maxBytes() / recordBytes);

    Cost before = turn.server().cost();
    PerformanceTool.Produced produced =
        turn.tool()
            .produce(
                turn.server(),
                turn.topic(),
                recordBytes,
                warmupRecords,
                records,
                throughput,
                properties);
    return Outcome.alone(
        produced.recordsPerSecond() * recordBytes,
        produced.recordsPerSecond(),
        produced.p50Ms(),
        produced.p99Ms(),
        (double) (warmupRecords + records) * recordBytes,
        Double.NaN,
        turn.server().cost().since(before));
  }
}
