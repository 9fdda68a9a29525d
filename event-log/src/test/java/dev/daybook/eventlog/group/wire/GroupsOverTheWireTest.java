package dev.daybook.eventlog.group.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupsOverTheWireTest {
  private static final String TOPIC = "orders";
  private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);

  @TempDir Path directory;
  private GroupServer server;
  private Admin admin;

  @BeforeEach
  void open() throws Exception {
    server = GroupServer.open(directory);
    admin = Admin.create(Map.of("bootstrap.servers", server.address()));
    admin.createTopics(List.of(new NewTopic(TOPIC, 4, (short) 1))).all().get();
  }

  @AfterEach
  void close() throws Exception {
    admin.close(Duration.ZERO);
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void partitionsAreSharedByTheMembersThereAre(String protocol) {
    Members.produce(server.address(), TOPIC, 4, 100);
    List<ConsumerRecord<String, String>> read = new ArrayList<>();
    try (KafkaConsumer<String, String> first = member(protocol, Map.of())) {
      Members.pollUntil(
          "all to one", read, () -> owns(first, 4) && distinct(read) == 100, List.of(first));
      first.commitSync();
      try (KafkaConsumer<String, String> second = member(protocol, Map.of())) {
        Members.pollUntil(
            "half to each", read, () -> owns(first, 2) && owns(second, 2), List.of(first, second));
        Members.produce(server.address(), TOPIC, 4, 100);
        Members.pollUntil("all read", read, () -> distinct(read) == 200, List.of(first, second));
        first.commitSync();
        second.commitSync();
      }
      Members.pollUntil("all to one again", read, () -> owns(first, 4), List.of(first));
    }

    assertEquals(200, read.size(), "each once");
    assertEquals(200, committedSum());
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void aStaticMemberComesBackToItsPartitions(String protocol) {
    KafkaConsumer<String, String> before = member(protocol, Map.of("group.instance.id", "till"));
    Members.pollUntil("all to one", new ArrayList<>(), () -> owns(before, 4), List.of(before));
    int generation = before.groupMetadata().generationId();
    before.close(
        CloseOptions.groupMembershipOperation(
            CloseOptions.GroupMembershipOperation.REMAIN_IN_GROUP));

    try (KafkaConsumer<String, String> after =
        member(protocol, Map.of("group.instance.id", "till"))) {
      Members.pollUntil("all to one", new ArrayList<>(), () -> owns(after, 4), List.of(after));

      assertEquals(generation, after.groupMetadata().generationId());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void membersGoOnWhereTheyWereWhenTheServerComesBack(String protocol) throws Exception {
    Members.produce(server.address(), TOPIC, 4, 100);
    List<ConsumerRecord<String, String>> read = new ArrayList<>();
    try (KafkaConsumer<String, String> member = member(protocol, Map.of())) {
      Members.pollUntil("the first hundred", read, () -> distinct(read) == 100, List.of(member));
      member.commitSync();
      int generation = member.groupMetadata().generationId();

      server = server.restart();
      Members.produce(server.address(), TOPIC, 4, 100);
      Members.pollUntil("the second hundred", read, () -> distinct(read) == 200, List.of(member));
      member.commitSync();

      assertEquals(200, read.size(), "each once");
      assertEquals(200, committedSum());
      if (protocol.equals("consumer")) {
        // A classic member may join anew of its own will, as it lost its only broker.
        assertEquals(generation, member.groupMetadata().generationId());
      }
    }
  }

  @Test
  void offsetsOfADeletedTopicAreGone() throws Exception {
    alter(FIRST, 7);
    admin.deleteTopics(List.of(TOPIC)).all().get();
    admin.createTopics(List.of(new NewTopic(TOPIC, 4, (short) 1))).all().get();

    assertTrue(committed().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "consumer"})
  void anAdminSeesAndEndsAGroup(String protocol) throws Exception {
    try (KafkaConsumer<String, String> member = member(protocol, Map.of())) {
      Members.pollUntil("all to one", new ArrayList<>(), () -> owns(member, 4), List.of(member));
      ConsumerGroupDescription described = describe();
      assertEquals(GroupState.STABLE, described.groupState());
      assertEquals(4, described.members().iterator().next().assignment().topicPartitions().size());
    }
    assertEquals(
        List.of("readers"),
        admin.listGroups().all().get().stream().map(GroupListing::groupId).toList());

    admin.deleteConsumerGroups(List.of("readers")).all().get();

    assertTrue(admin.listGroups().all().get().isEmpty());
    ExecutionException gone = assertThrows(ExecutionException.class, this::describe);
    assertInstanceOf(GroupIdNotFoundException.class, gone.getCause());
  }

  @Test
  void anAdminMovesAndRemovesOffsets() throws Exception {
    alter(FIRST, 7);
    assertEquals(Map.of(FIRST, new OffsetAndMetadata(7)), committed());

    admin.deleteConsumerGroupOffsets("readers", Set.of(FIRST)).all().get();

    assertTrue(committed().isEmpty());
  }

  private KafkaConsumer<String, String> member(String protocol, Map<String, String> more) {
    KafkaConsumer<String, String> member =
        Members.member(server.address(), protocol, "readers", more);
    member.subscribe(List.of(TOPIC));
    return member;
  }

  private ConsumerGroupDescription describe() throws Exception {
    return admin.describeConsumerGroups(List.of("readers")).all().get().values().iterator().next();
  }

  private void alter(TopicPartition partition, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets("readers", Map.of(partition, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
    return admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get();
  }

  private long committedSum() {
    try {
      return committed().values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static boolean owns(KafkaConsumer<?, ?> member, int partitions) {
    return member.assignment().size() == partitions;
  }

  private static int distinct(List<ConsumerRecord<String, String>> records) {
    Set<String> positions = new HashSet<>();
    records.forEach(record -> positions.add(record.partition() + "@" + record.offset()));
    return positions.size();
  }
}
