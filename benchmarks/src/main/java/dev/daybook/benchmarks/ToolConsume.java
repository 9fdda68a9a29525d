package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/// Kafka's ConsumerPerformance, on a log that was written before.
record ToolConsume(String id, String title, int recordBytes, int partitions) implements Case {

  @Override
  public Set<Contender> contenders() {
    return EnumSet.of(Contender.DAYBOOK, Contender.KAFKA);
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    long bytes = LeanProduce.fill(turn, recordBytes, partitions);
    Cost before = turn.server().cost();
    long records = bytes / (recordBytes + LeanProduce.RECORD_OVERHEAD_BYTES);
    double bytesPerSecond = turn.tool().consume(turn.server(), turn.topic(), records);
    return Outcome.alone(
        bytesPerSecond,
        bytesPerSecond / recordBytes,
        Double.NaN,
        Double.NaN,
        (double) bytes,
        Double.NaN,
        turn.server().cost().since(before));
  }
}
