package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/// A paced producer beside connections that are silent, and others that make the broker wait.
record BesideCrowd(String id, String title, LeanTrickle honest, int silent, int slow)
    implements Case {
  @Override
  public int partitions() {
    return honest.partitions();
  }

  @Override
  public Set<Contender> contenders() {
    return EnumSet.of(Contender.DAYBOOK, Contender.KAFKA);
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    try (Crowd crowd = Crowd.join(turn.server().address(), turn.topic(), silent, slow)) {
      produce(turn, turn.plan().warmupSeconds());
      Cost before = turn.server().cost();
      Outcome outcome =
          produce(turn, turn.plan().seconds()).outcome(turn.server().cost().since(before));
      System.err.println(crowd.remaining());
      return outcome;
    }
  }

  private Load produce(Turn turn, int seconds) throws IOException, InterruptedException {
    return honest.producer(turn, honest.frames(turn.topic()), seconds, new AtomicBoolean()).call();
  }
}
