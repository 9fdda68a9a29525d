package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.Acked;
import dev.daybook.eventlog.labs.HistoryEvent.Sent;
import java.nio.ByteBuffer;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka's own idempotent producer, which retries by itself: all that is sent is acknowledged in the end, once. It forms
/// batches as it likes, so here every record is a batch of its own.
final class StockProducer extends Thread {
  private static final int FILLER_BYTES = 300;

  private final int port;
  private final History history;
  private final LogId log;
  private final int number;
  private volatile boolean stopping;

  StockProducer(int port, History history, LogId log, int number) {
    super("stock-producer-" + number);
    this.port = port;
    this.history = history;
    this.log = log;
    this.number = number;
  }

  @Override
  public void run() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", "127.0.0.1:" + port,
            "acks", "all",
            "linger.ms", "2",
            "retry.backoff.ms", "20",
            "reconnect.backoff.ms", "20",
            "reconnect.backoff.max.ms", "100",
            "delivery.timeout.ms", "180000",
            "max.block.ms", "120000",
            "buffer.memory", "4000000");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int batch = 0; !stopping; batch++) {
        send(producer, batch);
        if (batch % 10 == 0) {
          Thread.sleep(10); // Half the processor is the server's.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void send(KafkaProducer<byte[], byte[]> producer, int batch) {
    BatchId id = new BatchId(log, number, batch);
    ByteBuffer value =
        new Payload(Payload.tagOf(log.topic()), number, batch, 1, 0).encode(FILLER_BYTES);
    history.add(new Sent(id, 1, History.nowMicros()));
    producer.send(
        new ProducerRecord<>(log.topic(), log.partition(), null, value.array()),
        (metadata, failure) -> {
          if (failure == null) {
            history.add(new Acked(id, metadata.offset()));
          }
        });
  }

  /// Sends no more, and waits until all that was sent is answered; the server must be reachable meanwhile.
  void finish() throws InterruptedException {
    stopping = true;
    join();
  }
}
