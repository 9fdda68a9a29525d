package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;

/// One request of the script.
///
/// @param note what is special about it, empty when it was drawn
/// @param body what it holds, with the names that only the script knows
/// @param batches what its records are made by: `@batch:0` is the first
record Ask(ApiKeys api, int version, String note, ObjectNode body, List<BatchRecipe> batches) {
  static final String BATCH = "@batch:";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  Ask(ApiKeys api, int version, ObjectNode body) {
    this(api, version, "", body, List.of());
  }

  /// By this the list of differences speaks of it.
  String step() {
    return note.isEmpty() ? api.name : api.name + " (" + note + ")";
  }

  /// Whether asking again changes nothing.
  boolean isReading() {
    return switch (api) {
      case FETCH,
          LIST_OFFSETS,
          METADATA,
          OFFSET_FETCH,
          FIND_COORDINATOR,
          DESCRIBE_GROUPS,
          LIST_GROUPS,
          API_VERSIONS,
          OFFSET_FOR_LEADER_EPOCH,
          DESCRIBE_CONFIGS,
          DESCRIBE_LOG_DIRS,
          DESCRIBE_CLUSTER,
          CONSUMER_GROUP_DESCRIBE,
          DESCRIBE_TOPIC_PARTITIONS,
          DESCRIBE_PRODUCERS,
          DESCRIBE_TRANSACTIONS,
          LIST_TRANSACTIONS ->
          true;
      default -> false;
    };
  }

  /// Whether topics or their settings are different afterwards.
  boolean isChangingTopics() {
    return switch (api) {
      case CREATE_TOPICS,
          DELETE_TOPICS,
          CREATE_PARTITIONS,
          ALTER_CONFIGS,
          INCREMENTAL_ALTER_CONFIGS ->
          true;
      default -> false;
    };
  }

  /// The request as it is put to the side whose names these are.
  ///
  /// @throws IllegalArgumentException when this version can not say it
  ApiMessage message(Symbols symbols) {
    return Wire.request(api, version, resolved(body, symbols));
  }

  private JsonNode resolved(JsonNode node, Symbols symbols) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = JSON.objectNode();
      object.properties().forEach(one -> copy.set(one.getKey(), resolved(one.getValue(), symbols)));
      return copy;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode copy = JSON.arrayNode();
      array.forEach(element -> copy.add(resolved(element, symbols)));
      return copy;
    }
    return node.isTextual() && node.asText().startsWith("@")
        ? resolved(node.asText(), symbols)
        : node;
  }

  private JsonNode resolved(String symbol, Symbols symbols) {
    String name = symbol.substring(symbol.indexOf(':') + 1);
    if (symbol.startsWith(Sketch.TOPIC_ID)) {
      return JSON.textNode(symbols.topicId(name).toString());
    }
    if (symbol.startsWith(Sketch.PRODUCER)) {
      return JSON.numberNode(symbols.producer(Integer.parseInt(name)));
    }
    if (symbol.startsWith(Sketch.MEMBER)) {
      return JSON.textNode(symbols.member(Integer.parseInt(name)));
    }
    ByteBuffer bytes = batches.get(Integer.parseInt(name)).bytes(symbols);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return JSON.binaryNode(copy);
  }
}
