package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Small requests at a fixed rate, each for one partition, the partitions in turn.
record LeanTrickle(
    String id, String title, int recordBytes, int batchBytes, int partitions, int requestsPerSecond)
    implements Case {

  @Override
  public Set<Contender> contenders() {
    return EnumSet.complementOf(EnumSet.of(Contender.KAFKA_FORCED));
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    List<ByteBuffer> frames = frames(turn.topic());
    load(turn, frames, Math.max(turn.plan().warmupSeconds(), secondsToWriteToEach(2)));
    DiskBound.syncAll();
    Cost before = turn.server().cost();
    Load load = load(turn, frames, turn.plan().seconds());
    return load.outcome(turn.server().cost().since(before));
  }

  /// A partition's first batches cost more than all that follow: with Kafka files, and blocks of their own for two indexes.
  private int secondsToWriteToEach(int times) {
    return Math.ceilDiv(times * partitions, requestsPerSecond);
  }

  private Load load(Turn turn, List<ByteBuffer> frames, int seconds)
      throws IOException, InterruptedException {
    return producer(turn, frames, seconds, new AtomicBoolean()).call();
  }

  List<ByteBuffer> frames(String topic) {
    MemoryRecords batch = Frames.batch(recordBytes, batchBytes);
    return IntStream.range(0, partitions)
        .mapToObj(partition -> Frames.produceTo(topic, partition, batch))
        .toList();
  }

  PacedProducer producer(Turn turn, List<ByteBuffer> frames, int seconds, AtomicBoolean stop) {
    return new PacedProducer(turn.server().address(), frames, requestsPerSecond, seconds, stop);
  }
}
