package dev.daybook.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// Makes and deletes the topics of a run.
final class Topics {
  private Topics() {}

  static void create(ServerProcess server, String name, int partitions)
      throws IOException, InterruptedException {
    if (server.contender().isNull()) {
      return; // It knows any topic.
    }
    try (Admin admin = admin(server)) {
      admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all().get();
      // Answered only when each partition has its leader, which with Kafka comes a little later.
      admin.listOffsets(ends(name, partitions)).all().get();
    } catch (ExecutionException e) {
      throw new IOException("Topic " + name + " was not created: " + e.getMessage(), e);
    }
  }

  static void delete(ServerProcess server, String name) throws IOException, InterruptedException {
    if (server.contender().isNull()) {
      return;
    }
    try (Admin admin = admin(server)) {
      admin.deleteTopics(List.of(name)).all().get();
    } catch (ExecutionException e) {
      throw new IOException("Topic " + name + " was not deleted: " + e.getMessage(), e);
    }
  }

  private static Map<TopicPartition, OffsetSpec> ends(String name, int partitions) {
    return Arrays.stream(Frames.all(partitions))
        .boxed()
        .collect(
            Collectors.toMap(
                index -> new TopicPartition(name, index), index -> OffsetSpec.latest()));
  }

  private static Admin admin(ServerProcess server) {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, server.bootstrap()));
  }
}
