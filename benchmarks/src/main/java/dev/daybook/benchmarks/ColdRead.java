package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// A log is read once from its start, as fast as it comes, from the disk: the page cache was emptied. Beside it, where a
/// producer is given, that one goes on at its pace, and its latencies count instead of the consumer's rate.
record ColdRead(String id, String title, int partitions, List<LeanTrickle> beside) implements Case {
  private static final int RECORD_BYTES = 1024;
  private static final int PARTITION_MAX_BYTES = 1 << 20;

  @Override
  public Set<Contender> contenders() {
    return PageCache.canBeDropped()
        ? EnumSet.of(Contender.DAYBOOK, Contender.KAFKA)
        : EnumSet.noneOf(Contender.class);
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    LeanProduce.fill(turn, RECORD_BYTES, partitions);
    PageCache.drop();
    Cost before = turn.server().cost();
    if (beside.isEmpty()) {
      return consumer(turn).call().outcome(turn.server().cost().since(before));
    }
    return produceBeside(turn, beside.getFirst(), before);
  }

  /// The producer goes on for as long as the consumer reads.
  private Outcome produceBeside(Turn turn, LeanTrickle trickle, Cost before)
      throws IOException, InterruptedException {
    String topic = turn.topic() + "-beside";
    Topics.create(turn.server(), topic, trickle.partitions());
    AtomicBoolean stop = new AtomicBoolean();
    List<ByteBuffer> frames = trickle.frames(topic);
    trickle.producer(turn, frames, turn.plan().warmupSeconds(), stop).call();
    try (ExecutorService consuming = Executors.newSingleThreadExecutor()) {
      Future<Load> consumed =
          consuming.submit(
              () -> {
                try {
                  return consumer(turn).call();
                } finally {
                  stop.set(true);
                }
              });
      Load produced = trickle.producer(turn, frames, turn.plan().seconds(), stop).call();
      Load read = consumed.get();
      return produced.outcome(turn.server().cost().since(before)).beside(read);
    } catch (ExecutionException e) {
      throw new IOException("The cold consumer failed: " + e.getCause(), e);
    } finally {
      Topics.delete(turn.server(), topic);
    }
  }

  private LeanConsumer consumer(Turn turn) {
    return new LeanConsumer(
        turn.server().address(),
        turn.topic(),
        Frames.all(partitions),
        PARTITION_MAX_BYTES,
        turn.plan().seconds(),
        false);
  }
}
