package dev.daybook.auditui.log;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Opens the page's Kafka clients: an admin and consumers without a group, which commit nothing,
/// create no topic and never jump to another offset than the one asked for.
public final class KafkaClients {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String bootstrapServers;
  private final Map<String, String> properties;

  public KafkaClients(String bootstrapServers, Map<String, String> properties) {
    this.bootstrapServers = bootstrapServers;
    this.properties = properties;
  }

  Admin admin() {
    var config = base();
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    return Admin.create(config);
  }

  /// Waits at most `fetchWaitMs` for the first byte: short for a page, long for a tail.
  Consumer<byte[], byte[]> consumer(int fetchWaitMs) {
    var config = base();
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, fetchWaitMs);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Map<String, Object> base() {
    var config = new HashMap<String, Object>(properties);
    config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(AdminClientConfig.CLIENT_ID_CONFIG, "daybook-page-" + NUMBER.incrementAndGet());
    config.put(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
    config.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
    return config;
  }
}
