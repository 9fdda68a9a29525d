package dev.daybook.eventlog.labs;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/// Reads what is committed in a copying run while it runs: what it was given must not be otherwise later.
final class LiveReader extends Thread implements AutoCloseable {
  private static final int PARTITIONS = 3;

  private final String bootstrap;
  private final String run;
  private final Consumer<TransactionEvent> history;
  private volatile boolean stopping;

  LiveReader(String bootstrap, String run, Consumer<TransactionEvent> history) {
    super("live-reader");
    this.bootstrap = bootstrap;
    this.run = run;
    this.history = history;
    setDaemon(true);
  }

  static KafkaConsumer<String, String> consumer(String bootstrap) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrap,
            "isolation.level", "read_committed",
            "auto.offset.reset", "earliest",
            "reconnect.backoff.max.ms", "100",
            "enable.auto.commit", "false");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  @Override
  public void run() {
    try (KafkaConsumer<String, String> consumer = consumer(bootstrap)) {
      consumer.assign(
          IntStream.range(0, PARTITIONS)
              .mapToObj(partition -> new TopicPartition(Copier.output(run), partition))
              .toList());
      while (!stopping) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> history.accept(TransactionLab.read(record)));
      }
    } catch (KafkaException e) {
      // The reading of the whole tells whether that was the server's fault.
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      join(120_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
