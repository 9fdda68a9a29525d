package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A place where two answers differ.
///
/// @param path to it, an element of an array by its name where it has one
/// @param kafka what stands there in Apache Kafka's answer
/// @param daybook what stands there in ours
record Mismatch(String path, String kafka, String daybook) {
  private static final String ABSENT = "absent";
  private static final String PRESENT = "present";

  /// What tells an element of an array from its neighbours: not its place, which means nothing to clients.
  private static final List<String> NAMES =
      List.of(
          "name",
          "topicName",
          "topic",
          "resourceName",
          "groupId",
          "group",
          "partitionIndex",
          "partition",
          "apiKey",
          "key",
          "transactionalId",
          "memberId",
          "index",
          "brokerId",
          "nodeId",
          "topicId",
          "producerId");

  static List<Mismatch> between(JsonNode kafka, JsonNode daybook) {
    List<Mismatch> found = new ArrayList<>();
    compare("", kafka, daybook, found);
    return found;
  }

  private static void compare(String path, JsonNode kafka, JsonNode ours, List<Mismatch> found) {
    if (kafka.isObject() && ours.isObject()) {
      compareFields(path, kafka, ours, found);
    } else if (kafka.isArray() && ours.isArray()) {
      compareElements(path, kafka, ours, found);
    } else if (!kafka.equals(ours) && !kafka.asText().equals(ours.asText())
        || kafka.isNull() != ours.isNull()) {
      found.add(new Mismatch(path, text(kafka), text(ours)));
    }
  }

  private static String text(JsonNode node) {
    return node.isValueNode() ? node.asText() : node.toString();
  }

  private static void compareFields(
      String path, JsonNode kafka, JsonNode ours, List<Mismatch> found) {
    TreeSet<String> names = new TreeSet<>();
    kafka.fieldNames().forEachRemaining(names::add);
    ours.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      compareOne(path.isEmpty() ? name : path + "." + name, kafka.get(name), ours.get(name), found);
    }
  }

  private static void compareElements(
      String path, JsonNode kafka, JsonNode ours, List<Mismatch> found) {
    Map<String, JsonNode> theirs = named(kafka);
    Map<String, JsonNode> own = named(ours);
    TreeSet<String> names = new TreeSet<>(theirs.keySet());
    names.addAll(own.keySet());
    for (String name : names) {
      compareOne(path + "[" + name + "]", theirs.get(name), own.get(name), found);
    }
  }

  private static void compareOne(
      String path, @Nullable JsonNode kafka, @Nullable JsonNode ours, List<Mismatch> found) {
    if (kafka != null && ours != null) {
      compare(path, kafka, ours, found);
    } else {
      found.add(
          new Mismatch(path, kafka == null ? ABSENT : PRESENT, ours == null ? ABSENT : PRESENT));
    }
  }

  private static Map<String, JsonNode> named(JsonNode array) {
    Map<String, JsonNode> named = new LinkedHashMap<>();
    for (JsonNode element : array) {
      String name = element instanceof ObjectNode object ? nameOf(object) : element.asText();
      String free = name;
      for (int again = 2; named.containsKey(free); again++) {
        free = name + "#" + again;
      }
      named.put(free, element);
    }
    return named;
  }

  private static String nameOf(ObjectNode element) {
    StringBuilder name = new StringBuilder();
    if (element.has("resourceType")) {
      name.append(element.get("resourceType").asText()).append(':');
    }
    for (String field : NAMES) {
      JsonNode value = element.get(field);
      if (value != null && value.isValueNode()) {
        return name.append(value.asText()).toString();
      }
    }
    return name.append("element").toString();
  }
}
