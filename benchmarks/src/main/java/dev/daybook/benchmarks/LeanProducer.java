package dev.daybook.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;

/// Replays one Produce request over one connection, some of them in flight, and checks each answer.
final class LeanProducer implements Callable<Load> {
  private final InetSocketAddress broker;
  private final ByteBuffer frame;
  private final int inFlight;
  private final long timeNs;
  private final long maxBytes;

  /// @param frame this producer's own
  LeanProducer(
      InetSocketAddress broker, ByteBuffer frame, int inFlight, double seconds, long maxBytes) {
    this.broker = broker;
    this.frame = frame;
    this.inFlight = inFlight;
    this.timeNs = (long) (seconds * 1e9);
    this.maxBytes = maxBytes;
  }

  @Override
  public Load call() throws IOException {
    long begun = System.nanoTime();
    long maxRequests = Math.max(inFlight, maxBytes / frame.capacity());
    long[] sentAtNs = new long[inFlight];
    Latencies latencies = new Latencies();
    try (WireConnection connection = new WireConnection(broker)) {
      int sent = 0;
      int answered = 0;
      while (sent < inFlight) {
        send(connection, sent++, sentAtNs);
      }
      while (answered < sent) {
        check(connection.receive(answered));
        long now = System.nanoTime();
        latencies.add(now - sentAtNs[answered++ % inFlight]);
        if (now - begun < timeNs && sent < maxRequests) {
          send(connection, sent++, sentAtNs);
        }
      }
      return new Load(
          (long) answered * frame.capacity(), (System.nanoTime() - begun) / 1e9, latencies);
    }
  }

  private void send(WireConnection connection, int number, long[] sentAtNs) throws IOException {
    sentAtNs[number % sentAtNs.length] = System.nanoTime();
    connection.send(frame, number);
  }

  static void check(ByteBuffer response) throws IOException {
    response.get(); // The header's empty tag section.
    ProduceResponseData data =
        new ProduceResponseData(new ByteBufferAccessor(response), Frames.PRODUCE_VERSION);
    for (var topic : data.responses()) {
      for (var partition : topic.partitionResponses()) {
        if (partition.errorCode() != 0) {
          throw new IOException(
              topic.name()
                  + "/"
                  + partition.index()
                  + ": "
                  + Errors.forCode(partition.errorCode()));
        }
      }
    }
  }
}
