package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;

/// An answer as JSON in which nothing is left that any two servers would say differently: what a server names itself has a
/// name of ours, error codes have Kafka's names, wall times and words are gone.
final class Answer {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /// Fields that say nothing about the protocol, and what stands there instead.
  private static final Map<String, String> MEANINGLESS =
      Map.of(
          "throttleTimeMs", "a time",
          "clusterId", "a cluster",
          "port", "a port",
          "logDir", "a directory",
          "totalBytes", "bytes",
          "usableBytes", "bytes",
          "partitionSize", "bytes",
          "finalizedFeaturesEpoch", "a number",
          "transactionStartTimeMs", "a time",
          "lastTimestamp", "a time");

  /// Sentences: they may be worded in any way, but they must be there or not.
  private static final Set<String> WORDS = Set.of("errorMessage", "batchIndexErrorMessage");

  private final Symbols symbols;

  private Answer(Symbols symbols) {
    this.symbols = symbols;
  }

  static JsonNode of(ApiMessage response, int version, Symbols symbols) {
    ObjectNode json = (ObjectNode) Wire.json(response, version);
    if (response instanceof FetchResponseData fetched) {
      putRecords(fetched, json);
      mergeTopics(json);
    }
    Answer answer = new Answer(symbols);
    if (response instanceof MetadataResponseData) {
      answer.learn(json);
    }
    if (response instanceof InitProducerIdResponseData given) {
      symbols.producer(given.producerId());
    }
    return answer.comparable("", json);
  }

  private void learn(JsonNode node) {
    if (node.hasNonNull("topicId") && node.path("errorCode").asInt() == 0) {
      JsonNode name = node.hasNonNull("name") ? node.get("name") : node.path("topicName");
      if (name.isTextual()) {
        symbols.topic(name.asText(), Uuid.fromString(node.get("topicId").asText()));
      }
    }
    node.forEach(this::learn);
  }

  private JsonNode comparable(String field, JsonNode node) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JSON.objectNode();
      object
          .properties()
          .forEach(one -> copy.set(one.getKey(), comparable(one.getKey(), one.getValue())));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JSON.arrayNode();
      array.forEach(element -> copy.add(comparable(field, element)));
      return copy;
    }
    return value(field, node);
  }

  private JsonNode value(String field, JsonNode node) {
    String meaningless = MEANINGLESS.get(field);
    if (meaningless != null) {
      return text(node.isNull() ? "null" : meaningless);
    }
    if (node.isNull()) {
      return node;
    }
    if (WORDS.contains(field)) {
      return text(node.asText().isEmpty() ? "no words" : "words");
    }
    return switch (field) {
      case "errorCode", "partitionErrorCode", "topicErrorCode" -> text(error(node.asInt()));
      case "topicId", "topicIds" -> text(symbols.topicName(Uuid.fromString(node.asText())));
      case "producerId" -> text(symbols.producerName(node.asLong()));
      case "memberId", "leader", "members" -> text(symbols.memberName(node.asText()));
      case "sessionId" -> text(node.asInt() == 0 ? "0" : "a session");
      case "logAppendTimeMs" -> text(node.asLong() < 0 ? "-1" : "a time");
      default -> node;
    };
  }

  private static TextNode text(String text) {
    return JSON.textNode(text);
  }

  private static String error(int code) {
    return Errors.forCode((short) code).name();
  }

  private static void putRecords(FetchResponseData response, ObjectNode json) {
    for (int topic = 0; topic < response.responses().size(); topic++) {
      JsonNode partitions = json.get("responses").get(topic).get("partitions");
      List<FetchResponseData.PartitionData> datas = response.responses().get(topic).partitions();
      for (int at = 0; at < datas.size(); at++) {
        ObjectNode partition = (ObjectNode) partitions.get(at);
        partition.remove("recordsSizeInBytes");
        partition.set("records", batches((MemoryRecords) datas.get(at).records()));
      }
    }
  }

  /// Apache Kafka may come back to a topic that it spoke of before.
  private static void mergeTopics(ObjectNode json) {
    Map<String, ObjectNode> topics = new LinkedHashMap<>();
    for (JsonNode topic : json.get("responses")) {
      String name = topic.path("topic").asText() + topic.path("topicId").asText();
      ObjectNode before = topics.putIfAbsent(name, (ObjectNode) topic);
      if (before != null) {
        topic.get("partitions").forEach(((ArrayNode) before.get("partitions"))::add);
      }
    }
    json.putArray("responses").addAll(topics.values());
  }

  /// The whole batches; what a server cut off behind them is no news.
  private static ArrayNode batches(@Nullable MemoryRecords records) {
    ArrayNode batches = JSON.arrayNode();
    if (records == null) {
      return batches;
    }
    try {
      for (MutableRecordBatch batch : records.batches()) {
        batches.add(batch(batch));
      }
    } catch (KafkaException e) {
      batches.add(JSON.objectNode().put("name", "unreadable").put("why", e.getClass().getName()));
    }
    return batches;
  }

  private static ObjectNode batch(MutableRecordBatch batch) {
    ObjectNode told =
        JSON.objectNode()
            .put("name", "offset " + batch.baseOffset())
            .put("lastOffset", batch.lastOffset())
            .put("magic", batch.magic())
            .put("isValid", batch.isValid())
            .put("leaderEpoch", batch.partitionLeaderEpoch())
            .put("codec", batch.compressionType().name)
            .put("timestampType", batch.timestampType().name)
            .put("maxTimestamp", batch.maxTimestamp())
            .put("producerId", batch.producerId())
            .put("producerEpoch", batch.producerEpoch())
            .put("baseSequence", batch.baseSequence())
            .put("isTransactional", batch.isTransactional())
            .put("isControl", batch.isControlBatch());
    ArrayNode records = told.putArray("records");
    try {
      for (Record record : batch) {
        records.add(
            "%d %d %s %s %d"
                .formatted(
                    record.offset(),
                    record.timestamp(),
                    hex(record.key()),
                    hex(record.value()),
                    record.headers().length));
      }
    } catch (KafkaException e) {
      records.add("unreadable");
    }
    return told;
  }

  private static String hex(@Nullable ByteBuffer bytes) {
    if (bytes == null) {
      return "null";
    }
    byte[] copy = new byte[Math.min(64, bytes.remaining())];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }
}
