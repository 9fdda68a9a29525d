package dev.daybook.foreign.clients;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Two members share a topic, one leaves, the other goes on where it stopped; each record is seen once and in order.
final class Groups implements Scene {
  private static final int PARTITIONS = 4;
  private static final int RECORDS = 400;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  @Override
  public void play(Cluster cluster, String topic) throws Exception {
    cluster.create(topic, PARTITIONS);
    String group = topic + "-readers";
    List<String> seen = new ArrayList<>();
    try (KafkaConsumer<String, String> first = member(cluster, group)) {
      first.subscribe(List.of(topic));
      try (KafkaConsumer<String, String> second = member(cluster, group)) {
        second.subscribe(List.of(topic));
        awaitHalves(first, second);
        send(cluster, topic, 0);
        pollBoth(first, second, seen);
        describe(cluster, group, 2);
        first.commitSync();
        second.commitSync();
      }
      send(cluster, topic, RECORDS);
      Cluster.read(first, RECORDS).forEach(record -> seen.add(record.value()));
      first.commitSync();
    }

    send(cluster, topic, 2 * RECORDS);
    try (KafkaConsumer<String, String> third = member(cluster, group)) {
      third.subscribe(List.of(topic));
      Cluster.read(third, RECORDS).forEach(record -> seen.add(record.value()));
      third.commitSync();
    }
    everyRecordOnceAndInOrder(seen);
    committed(cluster, group, 3 * RECORDS);
  }

  private static KafkaConsumer<String, String> member(Cluster cluster, String group) {
    return cluster.consumer(
        "group.id=" + group,
        "partition.assignment.strategy="
            + "org.apache.kafka.clients.consumer.CooperativeStickyAssignor");
  }

  private static void awaitHalves(
      KafkaConsumer<String, String> first, KafkaConsumer<String, String> second) {
    long started = System.nanoTime();
    while (first.assignment().size() != PARTITIONS / 2
        || second.assignment().size() != PARTITIONS / 2) {
      Cluster.check(
          System.nanoTime() - started < PATIENCE.toNanos(),
          "the members have " + first.assignment() + " and " + second.assignment());
      first.poll(Duration.ofMillis(50));
      second.poll(Duration.ofMillis(50));
    }
  }

  private static void send(Cluster cluster, String topic, int from) {
    try (KafkaProducer<String, String> producer = cluster.producer()) {
      for (int i = from; i < from + RECORDS; i++) {
        producer.send(new ProducerRecord<>(topic, i % PARTITIONS, "k", Integer.toString(i)));
      }
    }
  }

  private static void pollBoth(
      KafkaConsumer<String, String> first,
      KafkaConsumer<String, String> second,
      List<String> seen) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    long started = System.nanoTime();
    while (records.size() < RECORDS) {
      Cluster.check(
          System.nanoTime() - started < PATIENCE.toNanos(), "only " + records.size() + " came");
      first.poll(Duration.ofMillis(50)).forEach(records::add);
      second.poll(Duration.ofMillis(50)).forEach(records::add);
    }
    records.forEach(record -> seen.add(record.value()));
  }

  @SuppressWarnings(
      "removal") // The newest release prefers another method, the oldest has only this one.
  private static void describe(Cluster cluster, String group, int members) throws Exception {
    try (Admin admin = cluster.admin()) {
      ConsumerGroupDescription description =
          admin.describeConsumerGroups(List.of(group)).all().get().get(group);
      Cluster.same(members, description.members().size(), "members");
      Cluster.check(
          admin.listConsumerGroups().all().get().stream()
              .anyMatch(listing -> listing.groupId().equals(group)),
          group + " is not listed");
    }
  }

  private static void everyRecordOnceAndInOrder(List<String> seen) {
    Cluster.same(3 * RECORDS, seen.size(), "records seen");
    Map<Integer, Integer> last = new HashMap<>();
    for (String value : seen) {
      int number = Integer.parseInt(value);
      Integer before = last.put(number % PARTITIONS, number);
      Cluster.check(
          before == null ? number < PARTITIONS : number == before + PARTITIONS,
          number + " came after " + before);
    }
  }

  private static void committed(Cluster cluster, String group, long expected) throws Exception {
    try (Admin admin = cluster.admin()) {
      long sum =
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .values()
              .stream()
              .mapToLong(OffsetAndMetadata::offset)
              .sum();
      Cluster.same(expected, sum, "the sum of committed offsets");
    }
  }
}
