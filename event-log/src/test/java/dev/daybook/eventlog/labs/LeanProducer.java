package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.Acked;
import dev.daybook.eventlog.labs.HistoryEvent.ProducerIdGiven;
import dev.daybook.eventlog.labs.HistoryEvent.Sent;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;

/// An idempotent producer for one partition: up to five batches under way, and what got no answer is sent again, byte for
/// byte, by the next connection. It has the promises of the stock client and none of its patience, so the server is
/// always in the middle of something when it is hurt.
final class LeanProducer extends Thread {
  private static final int MAX_UNDER_WAY = 5;
  private static final int MAX_RECORDS = 4;
  private static final int MAX_FILLER_BYTES = 1_200;

  /// Behind so many batches it takes its time: where the others are slow and the disk is not, a life must not fill it.
  private static final int CALM_BATCHES = 3_000;

  private final Door door;
  private final History history;
  private final LogId log;
  private final int number;
  private final RandomGenerator random;
  private final Deque<Batch> underWay = new ArrayDeque<>();
  private long producerId = -1;
  private int nextBatch;
  private int nextSequence;

  LeanProducer(Door door, History history, LogId log, int number, long seed) {
    super("producer-" + number);
    this.door = door;
    this.history = history;
    this.log = log;
    this.number = number;
    this.random = new SplittableRandom(seed);
  }

  @Override
  public void run() {
    try {
      int used = 0;
      for (int port = door.await(used); port != 0; port = door.await(used)) {
        used = door.openings();
        try (LabClient client = new LabClient(port)) {
          produce(client);
        } catch (IOException e) {
          // The connection broke: what is under way stays unknown until the next one tells.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void produce(LabClient client) throws IOException, InterruptedException {
    takeProducerId(client);
    for (Batch batch : underWay) {
      client.send(log, batch.bytes());
    }
    while (!door.isClosedForGood()) {
      while (underWay.size() < MAX_UNDER_WAY) {
        client.send(log, next().bytes());
      }
      answered(client.awaitAnswer());
      if (nextBatch > CALM_BATCHES) {
        Thread.sleep(random.nextInt(50));
      } else if (random.nextInt(8) == 0) {
        Thread.sleep(
            random.nextInt(12)); // Leaves time to the server, and makes rounds of all sizes.
      }
    }
  }

  /// Every connection asks for one, so that many are given out around every stop; the first one is used.
  private void takeProducerId(LabClient client) throws IOException {
    long given = client.newProducerId();
    history.add(new ProducerIdGiven(given));
    if (producerId < 0) {
      producerId = given;
    }
  }

  private Batch next() {
    int count = 1 + random.nextInt(MAX_RECORDS);
    BatchId id = new BatchId(log, number, nextBatch++);
    RecordBatchBuilder builder =
        RecordBatchBuilder.uncompressed().producer(producerId, (short) 0, nextSequence);
    long nowMs = System.currentTimeMillis();
    for (int index = 0; index < count; index++) {
      Payload payload = new Payload(Payload.tagOf(log.topic()), number, id.number(), count, index);
      builder.append(nowMs, null, payload.encode(random.nextInt(MAX_FILLER_BYTES)));
    }
    nextSequence += count;
    Batch batch = new Batch(id, builder.build());
    underWay.add(batch);
    history.add(new Sent(id, count, History.nowMicros()));
    return batch;
  }

  private void answered(PartitionProduceResponse answer) throws IOException {
    Errors error = Errors.forCode(answer.errorCode());
    switch (error) {
      case NONE -> history.add(new Acked(underWay.removeFirst().id, answer.baseOffset()));
      case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR ->
          throw new IOException("The server does not take it now: " + error);
      default ->
          throw new AssertionError(
              "%s was answered with %s %s"
                  .formatted(underWay.getFirst().id, error, answer.errorMessage()));
    }
  }

  private record Batch(BatchId id, ByteBuffer memory) {
    ByteBuffer bytes() {
      return memory.duplicate();
    }
  }
}
