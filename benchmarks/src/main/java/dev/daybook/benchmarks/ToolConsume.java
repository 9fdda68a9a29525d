package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Kafka's ConsumerPerformance, on a log that was written before.
///
/// @param writer who wrote it
record ToolConsume(String id, String title, int recordBytes, int partitions, Writer writer)
    implements Case {

  /// Who writes what is read.
  enum Writer {
    /// As fast as the broker takes it.
    LEAN_GENERATOR,
    /// ProducerPerformance, which takes most of the processors.
    KAFKAS_TOOL
  }

  @Override
  public Set<Contender> contenders() {
    return EnumSet.of(Contender.DAYBOOK, Contender.KAFKA);
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    long records = write(turn);
    Cost before = turn.server().cost();
    double bytesPerSecond = turn.tool().consume(turn.server(), turn.topic(), records);
    return Outcome.alone(
        bytesPerSecond,
        bytesPerSecond / recordBytes,
        Double.NaN,
        Double.NaN,
        (double) records * recordBytes,
        Double.NaN,
        turn.server().cost().since(before));
  }

  /// @return how many records there are
  private long write(Turn turn) throws IOException, InterruptedException {
    return switch (writer) {
      case LEAN_GENERATOR ->
          LeanProduce.fill(turn, recordBytes, partitions)
              / (recordBytes + LeanProduce.RECORD_OVERHEAD_BYTES);
      case KAFKAS_TOOL -> {
        long records = turn.plan().fetchBytes() / recordBytes;
        turn.tool().produce(turn.server(), turn.topic(), recordBytes, 0, records, -1, List.of());
        yield records;
      }
    };
  }
}
