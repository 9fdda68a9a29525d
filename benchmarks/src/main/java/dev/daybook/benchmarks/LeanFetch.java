package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;

/// Fetch requests over a few connections, one in flight on each, as consumers send them; what comes is verified. The
/// log fits in the page cache.
record LeanFetch(String id, String title, int partitions, int partitionMaxBytes, int connections)
    implements Case {
  private static final int RECORD_BYTES = 1024;

  @Override
  public Set<Contender> contenders() {
    return EnumSet.of(
        Contender.DAYBOOK,
        Contender.KAFKA,
        Contender.NULL_BROKER,
        Contender.NULL_BROKER_FORCED,
        Contender.NULL_BROKER_KEPT);
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    LeanProduce.fill(turn, RECORD_BYTES, partitions);
    load(turn, turn.plan().warmupSeconds());
    Cost before = turn.server().cost();
    Load load = load(turn, turn.plan().seconds());
    return load.outcome(turn.server().cost().since(before));
  }

  private Load load(Turn turn, int seconds) throws IOException, InterruptedException {
    return Load.together(
        IntStream.range(0, connections)
            .mapToObj(
                connection ->
                    new LeanConsumer(
                        turn.server().address(),
                        turn.topic(),
                        Frames.all(partitions),
                        partitionMaxBytes,
                        seconds,
                        true))
            .toList());
  }
}
