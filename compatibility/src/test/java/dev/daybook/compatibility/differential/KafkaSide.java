package dev.daybook.compatibility.differential;

import dev.daybook.compatibility.ApacheKafka;
import java.nio.file.Path;
import java.util.Map;

/// Apache Kafka from its published jars, in a process of its own.
final class KafkaSide implements Side {
  private final ApacheKafka kafka;

  /// Makes a directory ready and starts a broker on it.
  KafkaSide(Path folder) throws Exception {
    kafka =
        ApacheKafka.in(
            folder,
            Map.of(
                "auto.create.topics.enable", "false",
                "share.coordinator.state.topic.num.partitions", "1",
                "log.cleaner.dedupe.buffer.size", "8388608",
                "num.network.threads", "1",
                "num.io.threads", "2"));
  }

  @Override
  public String name() {
    return "Kafka";
  }

  @Override
  public int port() {
    return kafka.port();
  }

  @Override
  public void close() {
    kafka.close();
  }
}
