package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.internal.MemoryRecords;

/// Pre-built Produce requests over a few connections: one batch for each partition in each request.
///
/// @param inFlight requests sent ahead of their answers, on each connection
record LeanProduce(
    String id,
    String title,
    int recordBytes,
    int partitions,
    int batchBytes,
    int connections,
    int inFlight)
    implements Case {

  /// What a record's own header and its share of the batch's header take, at most.
  static final int RECORD_OVERHEAD_BYTES = 24;

  private static final int FILL_BATCH_BYTES = 64 << 10;

  boolean isLone() {
    return connections == 1 && inFlight == 1;
  }

  @Override
  public Outcome run(Turn turn) throws IOException, InterruptedException {
    load(turn, turn.plan().warmupSeconds(), turn.plan().maxBytes() / 4);
    DiskBound.syncAll();
    Cost before = turn.server().cost();
    Load load = load(turn, turn.plan().seconds(), turn.plan().maxBytes());
    DiskBound.syncAll(); // What is left in the page cache was written, too.
    return load.outcome(turn.server().cost().since(before));
  }

  /// Writes a log for others to read.
  ///
  /// @return bytes written
  static long fill(Turn turn, int recordBytes, int partitions)
      throws IOException, InterruptedException {
    LeanProduce filling =
        new LeanProduce("fill", "fill", recordBytes, partitions, FILL_BATCH_BYTES, 2, 5);
    long bytes = filling.load(turn, Integer.MAX_VALUE, turn.plan().fetchBytes()).bytes();
    DiskBound.syncAll();
    return bytes;
  }

  Load load(Turn turn, int seconds, long maxBytes) throws IOException, InterruptedException {
    MemoryRecords batch = Frames.batch(recordBytes, batchBytes);
    return Load.together(
        IntStream.range(0, connections)
            .mapToObj(
                connection -> {
                  ByteBuffer frame = Frames.produce(turn.topic(), partitions, batch);
                  return new LeanProducer(
                      turn.server().address(), frame, inFlight, seconds, maxBytes / connections);
                })
            .toList());
  }
}
