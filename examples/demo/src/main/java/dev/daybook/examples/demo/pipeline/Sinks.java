package dev.daybook.examples.demo.pipeline;

import dev.daybook.examples.demo.compare.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// How far the log has come, and how far each sink has made it durable: as any monitoring would ask, by the offsets that
/// the sinks' groups committed.
public final class Sinks implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Admin admin;

  public Sinks(ServerProcess server) {
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server.kafka(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 2500));
  }

  /// Events in the log, and how many of them each sink has.
  public record Progress(long events, Map<String, Long> written) {
    public boolean isComplete() {
      return written.values().stream().allMatch(count -> count == events);
    }
  }

  public Progress progress() throws InterruptedException {
    Map<TopicPartition, Long> ends = ends();
    Map<String, Long> written = new HashMap<>();
    for (String sink : Connectors.SINKS) {
      Map<TopicPartition, OffsetAndMetadata> committed =
          await(admin.listConsumerGroupOffsets("connect-" + sink).partitionsToOffsetAndMetadata());
      written.put(
          sink,
          committed.entrySet().stream()
              .filter(entry -> entry.getValue() != null && ends.containsKey(entry.getKey()))
              .mapToLong(entry -> entry.getValue().offset())
              .sum());
    }
    return new Progress(ends.values().stream().mapToLong(Long::longValue).sum(), written);
  }

  private Map<TopicPartition, Long> ends() throws InterruptedException {
    List<String> topics = Shape.ALL.stream().map(Shape::topic).toList();
    Map<TopicPartition, OffsetSpec> asked =
        await(admin.describeTopics(topics).allTopicNames()).values().stream()
            .flatMap(Sinks::partitions)
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return await(admin.listOffsets(asked).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  private static java.util.stream.Stream<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(info -> new TopicPartition(topic.name(), info.partition()));
  }

  private static <T> T await(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The log does not answer: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
