package dev.daybook.compatibility.differential;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// Stories about transactions.
final class TransactionStories {
  private TransactionStories() {}

  private static KafkaProducer<String, String> producer(Story story, String id) {
    return producer(story, id, 120_000);
  }

  /// @param timeMs that its transactions have, more than the story needs up to where it runs out
  private static KafkaProducer<String, String> producer(Story story, String id, int timeMs) {
    return story.producer(
        Map.of(
            "transactional.id",
            id,
            "transaction.timeout.ms",
            Integer.toString(timeMs),
            "max.block.ms",
            "60000"));
  }

  private static void topic(Story story, String name) {
    story.tell(
        "a topic", () -> story.admin().createTopics(List.of(TopicStories.lasting(name))).all());
  }

  /// Where the partition ends for a reader of that kind.
  private static long end(Story story, TopicPartition partition, IsolationLevel level)
      throws Exception {
    return story
        .admin()
        .listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(level))
        .all()
        .get()
        .get(partition)
        .offset();
  }

  private static void ends(Story story, TopicPartition partition) {
    for (IsolationLevel level : IsolationLevel.values()) {
      story.tell("end for " + level, () -> end(story, partition, level));
    }
  }

  private static void send(
      Story story, KafkaProducer<String, String> producer, TopicPartition partition, String value) {
    story.tell("send " + value, () -> producer.send(Story.record(partition.topic(), "k", value)));
  }

  static void endings(Story story) {
    topic(story, "story-txn");
    TopicPartition partition = new TopicPartition("story-txn", 0);
    KafkaProducer<String, String> producer = producer(story, "story-txn");
    story.act("begin without an id", producer::beginTransaction);
    story.act("init", producer::initTransactions);
    story.act("begin", producer::beginTransaction);
    send(story, producer, partition, "a");
    send(story, producer, partition, "b");
    ends(story, partition);
    story.act("commit", producer::commitTransaction);
    story.await("it is over", "3", () -> end(story, partition, IsolationLevel.READ_COMMITTED));
    story.act("begin", producer::beginTransaction);
    send(story, producer, partition, "c");
    story.tell("state", () -> state(story.admin(), "story-txn"));
    story.act("abort", producer::abortTransaction);
    story.await("it is over", "5", () -> end(story, partition, IsolationLevel.READ_COMMITTED));
    story.await("state", "COMPLETE_ABORT", () -> state(story.admin(), "story-txn"));
    story.act("begin", producer::beginTransaction);
    send(story, producer, partition, "d");
    story.act(
        "offsets",
        () ->
            producer.sendOffsetsToTransaction(
                Map.of(partition, new OffsetAndMetadata(2)),
                story.consumer(Map.of("group.id", "story-txn-group")).groupMetadata()));
    story.tell("offsets before", () -> committed(story));
    story.act("commit", producer::commitTransaction);
    story.await("offsets after", "2", () -> committed(story));
    story.act("an empty one", producer::beginTransaction);
    story.act("commit it", producer::commitTransaction);
    ends(story, partition);
    KafkaConsumer<String, String> careful =
        story.consumer(Map.of("isolation.level", "read_committed"));
    careful.assign(List.of(partition));
    story.tell("committed records", () -> Story.read(careful, 3));
    KafkaConsumer<String, String> careless = story.consumer(Map.of());
    careless.assign(List.of(partition));
    story.tell("all records", () -> Story.read(careless, 4));
    story.tell(
        "transactions",
        () -> ids(story.admin()).stream().filter(id -> id.equals("story-txn")).toList());
    story.tell("state of nothing", () -> state(story.admin(), "story-none"));
  }

  private static List<String> ids(Admin admin) throws Exception {
    return admin.listTransactions(new ListTransactionsOptions()).all().get().stream()
        .map(TransactionListing::transactionalId)
        .sorted()
        .toList();
  }

  private static String state(Admin admin, String id) throws Exception {
    return admin.describeTransactions(List.of(id)).all().get().get(id).state().name();
  }

  private static Object committed(Story story) throws Exception {
    return story
        .admin()
        .listConsumerGroupOffsets("story-txn-group")
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .map(OffsetAndMetadata::offset)
        .map(String::valueOf)
        .findFirst()
        .orElse("none");
  }

  static void fencing(Story story) {
    topic(story, "story-fence");
    TopicPartition partition = new TopicPartition("story-fence", 0);
    KafkaProducer<String, String> first = producer(story, "story-fence");
    story.act("init", first::initTransactions);
    story.act("begin", first::beginTransaction);
    send(story, first, partition, "a");
    KafkaProducer<String, String> second = producer(story, "story-fence");
    story.act("another of its name", second::initTransactions);
    story.await(
        "the first is aborted", "2", () -> end(story, partition, IsolationLevel.READ_COMMITTED));
    send(story, first, partition, "b");
    story.act("the first commits", first::commitTransaction);
    story.act("begin", second::beginTransaction);
    send(story, second, partition, "c");
    story.act("commit", second::commitTransaction);
    story.tell("fence", () -> story.admin().fenceProducers(List.of("story-fence")).all());
    story.act("begin", second::beginTransaction);
    send(story, second, partition, "d");
    story.act("the second commits", second::commitTransaction);
    story.act(
        "offsets of a stranger",
        () -> {
          KafkaProducer<String, String> third = producer(story, "story-fence-3");
          third.initTransactions();
          third.beginTransaction();
          third.sendOffsetsToTransaction(
              Map.of(partition, new OffsetAndMetadata(1)), stranger("story-fence"));
        });
  }

  @SuppressWarnings("removal")
  private static ConsumerGroupMetadata stranger(String group) {
    return new ConsumerGroupMetadata(group, 5, "stranger", Optional.empty());
  }

  static void abandoned(Story story) {
    topic(story, "story-lost");
    TopicPartition partition = new TopicPartition("story-lost", 0);
    KafkaProducer<String, String> producer = producer(story, "story-lost", 10_000);
    story.act("init", producer::initTransactions);
    story.act("begin", producer::beginTransaction);
    send(story, producer, partition, "a");
    story.tell("end", () -> end(story, partition, IsolationLevel.READ_COMMITTED));
    story.tell(
        "producers",
        () -> {
          var active =
              story.admin().describeProducers(List.of(partition)).all().get().get(partition);
          return active.activeProducers().stream()
              .map(one -> one.lastSequence() + " " + one.currentTransactionStartOffset())
              .toList();
        });
    story.await(
        "it runs out of time", "2", () -> end(story, partition, IsolationLevel.READ_COMMITTED));
    story.act("commit", producer::commitTransaction);
    story.act("begin anew", producer::beginTransaction);
  }
}
