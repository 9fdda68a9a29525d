package dev.daybook.compatibility.differential;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;

/// Stories about groups and their offsets.
final class GroupStories {
  private static final int RECORDS = 6;

  private GroupStories() {}

  private static void fill(Story story, String topic) {
    story.tell(
        "a topic", () -> story.admin().createTopics(List.of(TopicStories.lasting(topic))).all());
    KafkaProducer<String, String> producer = story.producer(Map.of());
    for (int at = 0; at < RECORDS; at++) {
      String value = "v" + at;
      story.tell("send", () -> producer.send(Story.record(topic, "k", value)));
    }
  }

  static void classic(Story story) {
    fill(story, "story-classic");
    KafkaConsumer<String, String> first =
        story.consumer(
            Map.of(
                "group.id", "story-classic",
                "group.instance.id", "one",
                "session.timeout.ms", "30000"));
    live(story, "story-classic", first);
    KafkaConsumer<String, String> twin =
        story.consumer(
            Map.of(
                "group.id", "story-classic",
                "group.instance.id", "one",
                "session.timeout.ms", "30000"));
    twin.subscribe(List.of("story-classic"));
    TopicPartition partition = new TopicPartition("story-classic", 0);
    story.await(
        "a twin takes over",
        List.of(partition).toString(),
        () -> {
          twin.poll(Duration.ofMillis(100));
          return twin.assignment();
        });
    story.tell("the first is fenced", () -> Story.read(first, 1));
    story.tell("committed", () -> twin.committed(Set.of(partition)).get(partition).offset());
    story.act("the twin goes, but stays a member", twin::close);
    story.tell("members left", () -> describe(story.admin(), "story-classic").members().size());
    story.tell(
        "remove it",
        () ->
            story
                .admin()
                .removeMembersFromConsumerGroup(
                    "story-classic",
                    new RemoveMembersFromConsumerGroupOptions(Set.of(new MemberToRemove("one"))))
                .all());
    story.await(
        "state", "Empty", () -> describe(story.admin(), "story-classic").groupState().toString());
    end(story, "story-classic");
  }

  static void modern(Story story) {
    fill(story, "story-modern");
    KafkaConsumer<String, String> first =
        story.consumer(Map.of("group.id", "story-modern", "group.protocol", "consumer"));
    live(story, "story-modern", first);
    story.act("it goes", first::close);
    story.await(
        "state", "Empty", () -> describe(story.admin(), "story-modern").groupState().toString());
    end(story, "story-modern");
  }

  private static void live(Story story, String name, KafkaConsumer<String, String> first) {
    Admin admin = story.admin();
    TopicPartition partition = new TopicPartition(name, 0);
    first.subscribe(List.of(name));
    story.tell("what it reads", () -> Story.read(first, RECORDS));
    story.tell("what it owns", first::assignment);
    story.act("commit", () -> first.commitSync(Map.of(partition, new OffsetAndMetadata(2, "two"))));
    story.tell("committed", () -> first.committed(Set.of(partition)).get(partition));
    story.tell(
        "commit beyond the end",
        () -> {
          first.commitSync(Map.of(partition, new OffsetAndMetadata(999)));
          return first.committed(Set.of(partition)).get(partition).offset();
        });
    story.tell(
        "commit for an unknown partition",
        () -> {
          first.commitSync(
              Map.of(new TopicPartition(name, 7), new OffsetAndMetadata(1)), Duration.ofSeconds(3));
          return "done";
        });
    story.act("commit again", () -> first.commitSync(Map.of(partition, new OffsetAndMetadata(2))));
    story.await("state", "Stable", () -> describe(admin, name).groupState().toString());
    story.tell(
        "kind",
        () -> describe(admin, name).type() + " " + describe(admin, name).partitionAssignor());
    story.tell("members", () -> describe(admin, name).members().size());
    story.tell("delete it", () -> admin.deleteConsumerGroups(List.of(name)).all());
    story.tell(
        "delete its offset", () -> admin.deleteConsumerGroupOffsets(name, Set.of(partition)).all());
    story.tell(
        "change its offset",
        () ->
            admin
                .alterConsumerGroupOffsets(name, Map.of(partition, new OffsetAndMetadata(0)))
                .all());
  }

  private static void end(Story story, String name) {
    Admin admin = story.admin();
    TopicPartition partition = new TopicPartition(name, 0);
    story.tell(
        "change its offset",
        () ->
            admin
                .alterConsumerGroupOffsets(name, Map.of(partition, new OffsetAndMetadata(1)))
                .all());
    story.tell(
        "offsets", () -> admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata());
    story.tell(
        "delete its offset", () -> admin.deleteConsumerGroupOffsets(name, Set.of(partition)).all());
    story.tell(
        "offsets", () -> admin.listConsumerGroupOffsets(name).partitionsToOffsetAndMetadata());
    story.tell("delete it", () -> admin.deleteConsumerGroups(List.of(name)).all());
    story.tell("delete it again", () -> admin.deleteConsumerGroups(List.of(name)).all());
  }

  private static ConsumerGroupDescription describe(Admin admin, String group) throws Exception {
    return admin.describeConsumerGroups(List.of(group)).all().get().get(group);
  }

  /// Offsets of a group without members, and of a topic that goes.
  static void offsets(Story story) {
    Admin admin = story.admin();
    fill(story, "story-gone");
    fill(story, "story-stays");
    TopicPartition goes = new TopicPartition("story-gone", 0);
    TopicPartition stays = new TopicPartition("story-stays", 0);
    KafkaConsumer<String, String> loner = story.consumer(Map.of("group.id", "story-loner"));
    loner.assign(List.of(goes, stays));
    story.act(
        "commit",
        () ->
            loner.commitSync(
                Map.of(goes, new OffsetAndMetadata(3), stays, new OffsetAndMetadata(4))));
    story.tell("group", () -> loner.groupMetadata().groupId());
    story.tell("committed", () -> loner.committed(Set.of(goes)));
    story.tell("delete the topic", () -> admin.deleteTopics(List.of("story-gone")).all());
    story.await(
        "offsets that are left",
        "[story-stays-0]",
        () ->
            admin
                .listConsumerGroupOffsets("story-loner")
                .partitionsToOffsetAndMetadata()
                .get()
                .keySet());
    story.tell(
        "offsets of no group",
        () -> admin.listConsumerGroupOffsets("story-nobody").partitionsToOffsetAndMetadata());
    story.tell("describe no group", () -> describe(admin, "story-nobody"));
  }
}
