package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreatePartitionsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Topics that get more partitions while they are used, through stock clients.
class CreatePartitionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    admin.createTopics(List.of(new NewTopic("orders", 1, (short) 1))).all().get();
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void aRunningGroupGetsTheNewPartitionsAndTheirRecords(String protocol) throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer("metadata.max.age.ms=200");
        KafkaConsumer<String, String> consumer =
            daybook.consumer(
                "group.id=g", "group.protocol=" + protocol, "metadata.max.age.ms=200")) {
      consumer.subscribe(List.of("orders"));
      producer.send(new ProducerRecord<>("orders", 0, "k", "before")).get();
      Set<String> seen = new HashSet<>();
      poll(consumer, seen, Set.of("before"));

      admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(3))).all().get();
      producer.send(new ProducerRecord<>("orders", 2, "k", "after")).get();

      poll(consumer, seen, Set.of("before", "after"));
      assertEquals(
          Set.of(
              new TopicPartition("orders", 0),
              new TopicPartition("orders", 1),
              new TopicPartition("orders", 2)),
          consumer.assignment());
    }
  }

  @Test
  void newPartitionsAndTheirRecordsAreThereAfterARestart() throws Exception {
    admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(2))).all().get();
    admin
        .createPartitions(
            Map.of("orders", NewPartitions.increaseTo(4, List.of(List.of(1), List.of(1)))))
        .all()
        .get();
    try (KafkaProducer<String, String> producer = daybook.producer()) {
      producer.send(new ProducerRecord<>("orders", 3, "k", "v")).get();
    }
    admin.close();
    daybook.close();
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();

    assertEquals(4, partitions());
    try (KafkaConsumer<String, String> consumer = daybook.consumer()) {
      consumer.assign(List.of(new TopicPartition("orders", 3)));
      poll(consumer, new HashSet<>(), Set.of("v"));
    }
  }

  @Test
  void validatingAddsNothing() throws Exception {
    CreatePartitionsOptions validateOnly = new CreatePartitionsOptions().validateOnly(true);
    admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(2)), validateOnly).all().get();

    assertEquals(1, partitions());
    assertRefused(
        InvalidPartitionsException.class,
        () ->
            admin
                .createPartitions(Map.of("orders", NewPartitions.increaseTo(1)), validateOnly)
                .all()
                .get());
  }

  @Test
  void fewerUnknownAndMisplacedOnesAreRefused() throws Exception {
    admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(3))).all().get();

    String fewer = assertRefused(InvalidPartitionsException.class, () -> add("orders", 2));
    assertTrue(fewer.contains("currently has 3 partition(s); 2 would not be an increase"), fewer);
    assertRefused(InvalidPartitionsException.class, () -> add("orders", 3));
    assertRefused(UnknownTopicOrPartitionException.class, () -> add("absent", 3));
    assertRefused(
        InvalidReplicaAssignmentException.class,
        () ->
            admin
                .createPartitions(
                    Map.of("orders", NewPartitions.increaseTo(4, List.of(List.of(7)))))
                .all()
                .get());
    assertRefused(
        InvalidReplicaAssignmentException.class,
        () ->
            admin
                .createPartitions(
                    Map.of("orders", NewPartitions.increaseTo(5, List.of(List.of(1)))))
                .all()
                .get());
    assertEquals(3, partitions());
  }

  private void add(String topic, int total) throws Exception {
    admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all().get();
  }

  private int partitions() throws Exception {
    return admin
        .describeTopics(List.of("orders"))
        .allTopicNames()
        .get()
        .values()
        .iterator()
        .next()
        .partitions()
        .size();
  }

  private static void poll(
      KafkaConsumer<String, String> consumer, Set<String> seen, Set<String> wanted) {
    long endNs = System.nanoTime() + PATIENCE.toNanos();
    while (!seen.equals(wanted)) {
      assertTrue(System.nanoTime() < endNs, () -> "saw " + seen + " of " + wanted);
      consumer.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.value()));
    }
  }

  private static String assertRefused(Class<? extends Exception> why, Executable call) {
    ExecutionException refused = assertThrows(ExecutionException.class, call);
    assertInstanceOf(why, refused.getCause());
    return String.valueOf(refused.getMessage());
  }
}
