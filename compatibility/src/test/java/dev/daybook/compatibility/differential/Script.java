package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.daybook.compatibility.differential.BatchRecipe.Flaw;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/// What is asked, drawn from a seed: the same seed and the same APIs give the same script.
///
/// Half of it is drawn by [Sketch] from all APIs alike. The other half has more sense in it: batches of producers that
/// keep count, fetches of what is there, offsets by every kind of time, commits.
final class Script {
  static final int PRODUCERS = 3;

  /// By which ListOffsets is asked for it.
  private static final long LARGEST_TIME = -3;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final List<String> TOPICS =
      List.of("orders", "orders", "orders", "payments", "payments", "keyed", "small", "flawed");
  private static final CompressionType[] CODECS = {
    CompressionType.NONE,
    CompressionType.NONE,
    CompressionType.GZIP,
    CompressionType.SNAPPY,
    CompressionType.LZ4,
    CompressionType.ZSTD
  };

  /// Where a producer stands in a partition.
  private record Standing(int epoch, int nextSequence, BatchRecipe last) {}

  private final SplittableRandom random;
  private final ApiMenu menu;
  private final long now;
  private final Sketch sketch;
  private final Map<String, Standing> standings = new HashMap<>();

  /// @param now what timestamps lie around
  Script(long seed, ApiMenu menu, long now) {
    this.random = new SplittableRandom(seed);
    this.menu = menu;
    this.now = now;
    this.sketch = new Sketch(random.split(), now);
  }

  /// The topics that every script begins with.
  List<Ask> prologue() {
    List<Ask> asks = new ArrayList<>();
    asks.add(create("orders", 2, Map.of()));
    asks.add(create("payments", 1, Map.of()));
    asks.add(create("keyed", 1, Map.of("cleanup.policy", "compact")));
    asks.add(create("small", 1, Map.of("max.message.bytes", "300")));
    asks.add(create("dated", 1, Map.of("message.timestamp.before.max.ms", "1000000")));
    asks.add(create("flawed", 1, Map.of()));
    asks.add(create("overdated", 1, Map.of()));
    asks.add(create("marked", 1, Map.of()));
    asks.add(create("spare-0", 1, Map.of()));
    return asks;
  }

  /// @param transactionalId null for a producer that only counts
  static Ask newProducer(@Nullable String transactionalId) {
    ObjectNode body = JSON.objectNode();
    body.put("transactionalId", transactionalId);
    body.put("transactionTimeoutMs", 60_000).put("producerId", -1).put("producerEpoch", -1);
    return new Ask(ApiKeys.INIT_PRODUCER_ID, 4, body);
  }

  private static Ask create(String topic, int partitions, Map<String, String> configs) {
    ObjectNode body = JSON.objectNode().put("timeoutMs", 20_000).put("validateOnly", false);
    ObjectNode one = body.putArray("topics").addObject();
    one.put("name", topic).put("numPartitions", partitions).put("replicationFactor", 1);
    one.putArray("assignments");
    ArrayNode given = one.putArray("configs");
    configs.forEach((name, value) -> given.addObject().put("name", name).put("value", value));
    return new Ask(ApiKeys.CREATE_TOPICS, 7, body);
  }

  Ask next() {
    int drawn = random.nextInt(100);
    if (drawn < 45) {
      return any();
    }
    if (drawn < 65) {
      return produce();
    }
    if (drawn < 80) {
      return fetch();
    }
    if (drawn < 92) {
      return listOffsets();
    }
    return commit();
  }

  private Ask any() {
    ApiKeys api = menu.drawable().get(random.nextInt(menu.drawable().size()));
    int version = version(api);
    ObjectNode body = sketch.draw(api, version);
    return api == ApiKeys.LIST_OFFSETS ? listing(version, body) : new Ask(api, version, body);
  }

  /// Where the largest time is asked for, Apache Kafka may find it in a record that was deleted.
  private static Ask listing(int version, ObjectNode body) {
    boolean largest = body.findValuesAsText("timestamp").contains(String.valueOf(LARGEST_TIME));
    return new Ask(
        ApiKeys.LIST_OFFSETS, version, largest ? "the largest time" : "", body, List.of());
  }

  private int version(ApiKeys api) {
    ApiMenu.Range range = menu.range(api);
    return range.min() + random.nextInt(range.max() - range.min() + 1);
  }

  private Ask produce() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> flawed();
      case 2 ->
          producing(
              "no keys on a compacted topic", "keyed", 0, recipe().keyed(random.nextBoolean()));
      case 3 -> producing("too large", "small", 0, recipe().sized(400));
      case 4 -> dated();
      case 5, 6, 7, 8 -> counted();
      default -> {
        String topic = TOPICS.get(random.nextInt(TOPICS.size()));
        int partition = random.nextInt(10) == 0 ? 99 : partition(topic);
        yield producing("", topic, partition, recipe());
      }
    };
  }

  private Ask flawed() {
    Flaw flaw = Flaw.values()[1 + random.nextInt(Flaw.values().length - 1)];
    String note = flaw.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    // What is kept otherwise must not be where what was kept is compared.
    String topic = flaw == Flaw.MAX_TIMESTAMP_WRONG ? "overdated" : "flawed";
    return producing(note, topic, 0, recipe().with(flaw));
  }

  private Ask dated() {
    long[] offsets = {-2_000_000, -900_000, 0, 3_500_000, 7_200_000};
    long timestamp = now + offsets[random.nextInt(offsets.length)];
    return producing("date", "dated", 0, recipe().at(timestamp));
  }

  /// A producer that counts, mostly right.
  private Ask counted() {
    String topic = random.nextBoolean() ? "orders" : "payments";
    int partition = partition(topic);
    int producer = random.nextInt(PRODUCERS);
    String place = producer + " " + topic + " " + partition;
    Standing standing = standings.get(place);
    if (standing == null) {
      BatchRecipe first = recipe().by(producer, 0, random.nextInt(8) == 0 ? 3 : 0);
      standings.put(place, new Standing(0, first.sequence() + first.records(), first));
      return producing("first sequence", topic, partition, first);
    }
    return switch (random.nextInt(10)) {
      case 0 -> producing("duplicate", topic, partition, standing.last());
      case 1 ->
          producing(
              "sequence gap",
              topic,
              partition,
              recipe().by(producer, standing.epoch(), standing.nextSequence() + 5));
      case 2 ->
          producing("old sequence", topic, partition, recipe().by(producer, standing.epoch(), 0));
      case 3 ->
          producing(
              "old epoch",
              topic,
              partition,
              recipe().by(producer, Math.max(0, standing.epoch() - 1), standing.nextSequence()));
      case 4 -> {
        BatchRecipe raised = recipe().by(producer, standing.epoch() + 1, 0);
        standings.put(place, new Standing(raised.epoch(), raised.records(), raised));
        yield producing("new epoch", topic, partition, raised);
      }
      default -> {
        BatchRecipe next = recipe().by(producer, standing.epoch(), standing.nextSequence());
        standings.put(
            place, new Standing(standing.epoch(), next.sequence() + next.records(), next));
        yield producing("next sequence", topic, partition, next);
      }
    };
  }

  private BatchRecipe recipe() {
    BatchRecipe plain = BatchRecipe.plain(1 + random.nextInt(4), now + random.nextInt(20));
    return plain.in(CODECS[random.nextInt(CODECS.length)]);
  }

  private Ask producing(String note, String topic, int partition, BatchRecipe recipe) {
    int version = version(ApiKeys.PRODUCE);
    ObjectNode body = JSON.objectNode();
    body.putNull("transactionalId");
    body.put("acks", random.nextBoolean() ? -1 : 1).put("timeoutMs", 10_000);
    ObjectNode data = body.putArray("topicData").addObject();
    named(data, "name", topic, version >= 13);
    data.putArray("partitionData")
        .addObject()
        .put("index", partition)
        .put("records", Ask.BATCH + 0);
    return new Ask(ApiKeys.PRODUCE, version, note, body, List.of(recipe));
  }

  private static void named(ObjectNode topic, String field, String name, boolean byId) {
    if (byId) {
      topic.put("topicId", Sketch.TOPIC_ID + name);
    } else {
      topic.put(field, name);
    }
  }

  private int partition(String topic) {
    return topic.equals("orders") ? random.nextInt(2) : 0;
  }

  private Ask fetch() {
    int version = version(ApiKeys.FETCH);
    ObjectNode body = JSON.objectNode().put("maxWaitMs", 0).put("minBytes", random.nextInt(2));
    if (version <= 14) {
      body.put("replicaId", -1);
    }
    body.put("maxBytes", one(0, 1, 200, 1000, 1 << 20, 1 << 20));
    body.put("isolationLevel", random.nextInt(2));
    if (version >= 7) {
      body.put("sessionId", 0).put("sessionEpoch", random.nextInt(10) == 0 ? 0 : -1);
      body.putArray("forgottenTopicsData");
    }
    if (version >= 11) {
      body.put("rackId", "");
    }
    String topic = TOPICS.get(random.nextInt(TOPICS.size()));
    ObjectNode asked = body.putArray("topics").addObject();
    named(asked, "topic", topic, version >= 13);
    boolean follows = version >= 12 && random.nextInt(10) == 0;
    ArrayNode partitions = asked.putArray("partitions");
    for (int partition = 0; partition < (topic.equals("orders") ? 2 : 1); partition++) {
      ObjectNode one = partitions.addObject().put("partition", partition);
      one.put("fetchOffset", one(0, 0, 1, 2, 3, 5, 8, 12, 20, 1_000_000, -1));
      one.put("partitionMaxBytes", one(0, 1, 150, 400, 1 << 20));
      if (version >= 9) {
        one.put("currentLeaderEpoch", one(-1, -1, -1, 0, 0, 7));
      }
      if (version >= 12) {
        one.put("lastFetchedEpoch", follows ? random.nextInt(2) : -1);
      }
      if (version >= 5) {
        one.put("logStartOffset", -1);
      }
    }
    return new Ask(ApiKeys.FETCH, version, follows ? "as a follower" : "", body, List.of());
  }

  private Ask listOffsets() {
    int version = version(ApiKeys.LIST_OFFSETS);
    ObjectNode body = JSON.objectNode().put("replicaId", -1);
    if (version >= 2) {
      body.put("isolationLevel", random.nextInt(2));
    }
    if (version >= 10) {
      body.put("timeoutMs", 10_000);
    }
    String topic = TOPICS.get(random.nextInt(TOPICS.size()));
    ObjectNode asked = body.putArray("topics").addObject().put("name", topic);
    ObjectNode one = asked.putArray("partitions").addObject();
    one.put("partitionIndex", partition(topic));
    if (version >= 4) {
      one.put("currentLeaderEpoch", one(-1, -1, -1, 0, 0, 7));
    }
    long[] times = {-1, -2, -3, -4, -5, 0, now - 5, now, now + 1, now + 4, now + 12, now + 60_000};
    one.put("timestamp", times[random.nextInt(times.length)]);
    return listing(version, body);
  }

  private Ask commit() {
    int version = version(ApiKeys.OFFSET_COMMIT);
    ObjectNode body = JSON.objectNode().put("groupId", "group-" + random.nextInt(3));
    body.put("generationIdOrMemberEpoch", random.nextInt(8) == 0 ? 3 : -1);
    body.put("memberId", "");
    if (version >= 7) {
      body.putNull("groupInstanceId");
    }
    if (version >= 2 && version <= 4) {
      body.put("retentionTimeMs", -1);
    }
    String topic = TOPICS.get(random.nextInt(TOPICS.size()));
    ObjectNode asked = body.putArray("topics").addObject();
    named(asked, "name", topic, version >= 10);
    ObjectNode one = asked.putArray("partitions").addObject();
    one.put("partitionIndex", random.nextInt(6) == 0 ? 99 : partition(topic));
    one.put("committedOffset", one(0, 1, 5, 100, -1));
    if (version >= 6) {
      one.put("committedLeaderEpoch", one(-1, 0, 0, 5));
    }
    one.put("committedMetadata", random.nextBoolean() ? "note" : "");
    return new Ask(ApiKeys.OFFSET_COMMIT, version, body);
  }

  private int one(int... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
