package dev.daybook.connect.worker;

import dev.daybook.connect.config.ClientOverrides;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The settings of every Kafka client the runtime opens.
///
/// @param base what all clients share: the servers and how to reach them
public record ClientConfigs(Map<String, String> base) {

  public ClientConfigs {
    base = Map.copyOf(base);
  }

  /// A producer that loses and reorders nothing and keeps trying while the log is away: acknowledged by all, idempotent,
  /// five requests in flight, no end to retries.
  public Map<String, Object> producer(String clientId, Map<String, String> config) {
    Map<String, Object> settings = clients(clientId);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.toString(Long.MAX_VALUE));
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(Integer.MAX_VALUE));
    settings.putAll(ClientOverrides.under(ClientOverrides.PRODUCER, config));
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, "5");
    return settings;
  }

  /// A consumer that commits only when told to and begins at the beginning. It is a static member of its group: a worker
  /// that was killed comes back as the same member and goes on at once, where a stranger would wait for the dead one's
  /// session to end.
  ///
  /// @param member its name within the group
  public Map<String, Object> consumer(
      String clientId, String group, String member, Map<String, String> config) {
    Map<String, Object> settings = clients(clientId);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, member);
    settings.putAll(ClientOverrides.under(ClientOverrides.CONSUMER, config));
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    return settings;
  }

  /// For clients of the runtime itself.
  public Map<String, Object> clients(String clientId) {
    Map<String, Object> settings = new HashMap<>(base);
    settings.put("client.id", clientId);
    settings.put("enable.metrics.push", "false");
    return settings;
  }
}
