package dev.daybook.foreign.clients;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/// A topic is made, configured, widened, emptied and deleted.
final class Administration implements Scene {
  @Override
  public void play(Cluster cluster, String topic) throws Exception {
    cluster.create(topic, 1);
    try (Admin admin = cluster.admin();
        KafkaProducer<String, String> producer = cluster.producer()) {
      Cluster.same(1, admin.describeCluster().nodes().get().size(), "brokers");
      for (int i = 0; i < 10; i++) {
        producer.send(new ProducerRecord<>(topic, 0, "k", "v" + i)).get();
      }
      TopicPartition partition = new TopicPartition(topic, 0);
      admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(4))).all().get();
      Cluster.same(4L, offset(admin, partition, OffsetSpec.earliest()), "the earliest offset");
      Cluster.same(10L, offset(admin, partition, OffsetSpec.latest()), "the latest offset");

      configure(admin, topic);
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3))).all().get();
      producer.send(new ProducerRecord<>(topic, 0, "k", "more")).get();
      Cluster.same(
          0L,
          offset(admin, new TopicPartition(topic, 2), OffsetSpec.latest()),
          "the end of a new partition");

      admin.deleteTopics(List.of(topic)).all().get();
      Cluster.check(!admin.listTopics().names().get().contains(topic), topic + " is still listed");
    }
  }

  private static void configure(Admin admin, String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp set =
        new AlterConfigOp(new ConfigEntry("retention.ms", "86400000"), AlterConfigOp.OpType.SET);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
    String value =
        admin
            .describeConfigs(List.of(resource))
            .all()
            .get()
            .get(resource)
            .get("retention.ms")
            .value();
    Cluster.same("86400000", value, "retention.ms");
  }

  private static long offset(Admin admin, TopicPartition partition, OffsetSpec spec)
      throws Exception {
    return admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get().offset();
  }
}
