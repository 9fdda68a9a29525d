package dev.daybook.connect.worker;

import dev.daybook.connect.config.ConnectorSettings;
import dev.daybook.connect.config.Redactor;
import dev.daybook.connect.offset.OffsetStore;
import dev.daybook.connect.plugin.Plugin;
import dev.daybook.connect.plugin.Plugins;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// What all tasks of this process share.
///
/// @param flushInterval how often offsets are committed
/// @param flushTimeout how long one commit may take
public record Worker(
    ClientConfigs clients,
    Plugins plugins,
    OffsetStore offsets,
    Admin admin,
    Metrics metrics,
    ConverterDefaults converters,
    Duration flushInterval,
    Duration flushTimeout) {

  /// What one task is made of: its connector, both configurations resolved, and the secrets in them.
  public record TaskPlan(
      TaskId id,
      Plugin connector,
      ConnectorSettings settings,
      Map<String, String> taskConfig,
      Redactor redactor) {}

  Producer<byte[], byte[]> producer(String clientId, Map<String, String> config) {
    return new KafkaProducer<>(
        clients.producer(clientId, config), new ByteArraySerializer(), new ByteArraySerializer());
  }
}
