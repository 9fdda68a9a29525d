package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.GroupSubscribedToTopicException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What tools ask through the stock admin client, in the shapes in which they ask it.
class AdminQuestionsTest {
  private static final TopicPartition FIRST = new TopicPartition("orders", 0);

  @TempDir private Path directory;
  private RunningBroker daybook;
  private Admin admin;

  @BeforeEach
  void start() throws Exception {
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    admin.createTopics(List.of(new NewTopic("orders", 2, (short) 1))).all().get();
  }

  @AfterEach
  void stop() throws IOException {
    admin.close();
    daybook.close();
  }

  @Test
  void aTopicOfMorePartitionsThanAPageIsDescribedWhole() throws Exception {
    admin.createTopics(List.of(new NewTopic("wide", 2_500, (short) 1))).all().get();

    TopicDescription wide =
        admin
            .describeTopics(TopicCollection.ofTopicNames(List.of("wide", "orders")))
            .allTopicNames()
            .get()
            .get("wide");

    assertEquals(2_500, wide.partitions().size());
    assertEquals(2_499, wide.partitions().getLast().partition());
    assertEquals(
        "wide",
        admin
            .describeTopics(TopicCollection.ofTopicIds(List.of(wide.topicId())))
            .allTopicIds()
            .get()
            .get(wide.topicId())
            .name());
  }

  @Test
  void whyATopicWasNotCreatedOnTheWayIsSaid() throws Exception {
    try (KafkaProducer<String, String> producer = daybook.producer("max.block.ms=20000")) {
      admin.createTopics(List.of(new NewTopic("a.b", 1, (short) 1))).all().get();

      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("a_b", "v")).get());
      assertInstanceOf(InvalidTopicException.class, refused.getCause());
    }
  }

  @Test
  void groupsAreListedByStateAndType() throws Exception {
    alter("idle", 7);
    try (KafkaConsumer<String, String> member =
        daybook.consumer("group.id=busy", "group.protocol=consumer")) {
      member.subscribe(List.of("orders"));
      poll(member);

      assertEquals(Set.of("idle", "busy"), ids(new ListGroupsOptions()));
      assertEquals(
          Set.of("idle"), ids(new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY))));
      assertEquals(
          Set.of("busy"), ids(new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER))));
      assertEquals(
          Set.of("busy"),
          ids(ListGroupsOptions.forConsumerGroups().inGroupStates(Set.of(GroupState.STABLE))));

      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> admin.deleteConsumerGroupOffsets("busy", Set.of(FIRST)).all().get());
      assertInstanceOf(GroupSubscribedToTopicException.class, refused.getCause());
    }
  }

  @Test
  void offsetsOfADeletedTopicStayGoneWhenTheServerStartsAgain() throws Exception {
    alter("readers", 7);
    admin.deleteTopics(List.of("orders")).all().get();
    admin.close();
    daybook.close();
    daybook = RunningBroker.in(directory);
    admin = daybook.admin();
    admin.createTopics(List.of(new NewTopic("orders", 2, (short) 1))).all().get();

    assertEquals(
        Map.of(), admin.listConsumerGroupOffsets("readers").partitionsToOffsetAndMetadata().get());
  }

  @Test
  void nothingIsEverMovedBetweenBrokers() throws Exception {
    assertEquals(Map.of(), admin.listPartitionReassignments().reassignments().get());
    admin
        .alterPartitionReassignments(
            Map.of(FIRST, Optional.of(new NewPartitionReassignment(List.of(1)))))
        .all()
        .get();
    assertFails(
        InvalidReplicaAssignmentException.class,
        () ->
            admin
                .alterPartitionReassignments(
                    Map.of(FIRST, Optional.of(new NewPartitionReassignment(List.of(2)))))
                .all()
                .get());
    assertFails(
        NoReassignmentInProgressException.class,
        () -> admin.alterPartitionReassignments(Map.of(FIRST, Optional.empty())).all().get());
    Optional<Throwable> election =
        admin.electLeaders(ElectionType.PREFERRED, Set.of(FIRST)).partitions().get().get(FIRST);
    assertInstanceOf(ElectionNotNeededException.class, election.orElseThrow());
    assertEquals(Map.of(), admin.electLeaders(ElectionType.PREFERRED, null).partitions().get());
  }

  @Test
  void whereACopyLiesIsTold() throws Exception {
    TopicPartitionReplica replica = new TopicPartitionReplica("orders", 1, 1);

    assertEquals(
        directory.toString(),
        admin
            .describeReplicaLogDirs(List.of(replica))
            .all()
            .get()
            .get(replica)
            .getCurrentReplicaLogDir());
  }

  @Test
  void thereAreNoQuotasAndNoAccessControl() throws Exception {
    assertEquals(Map.of(), admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get());
    assertFails(
        SecurityDisabledException.class,
        () -> admin.describeAcls(AclBindingFilter.ANY).values().get());
    AclBinding binding =
        new AclBinding(
            new ResourcePattern(ResourceType.TOPIC, "orders", PatternType.LITERAL),
            new AccessControlEntry("User:a", "*", AclOperation.READ, AclPermissionType.ALLOW));
    assertFails(
        SecurityDisabledException.class, () -> admin.createAcls(List.of(binding)).all().get());
    assertFails(
        SecurityDisabledException.class,
        () -> admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get());
  }

  private Set<String> ids(ListGroupsOptions options) throws Exception {
    return admin.listGroups(options).all().get().stream()
        .map(GroupListing::groupId)
        .collect(Collectors.toSet());
  }

  private void alter(String group, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(group, Map.of(FIRST, new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private static void poll(KafkaConsumer<String, String> member) {
    long endNs = System.nanoTime() + 120_000_000_000L;
    while (member.assignment().isEmpty()) {
      assertTrue(System.nanoTime() < endNs, "nothing was assigned");
      member.poll(Duration.ofMillis(100));
    }
  }

  private static void assertFails(
      Class<? extends Exception> why, org.junit.jupiter.api.function.Executable call) {
    ExecutionException refused = assertThrows(ExecutionException.class, call);
    assertInstanceOf(why, refused.getCause());
  }
}
