package dev.daybook.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/// Avro's own text with the properties of every object in one order: Avro's own first, then the rest by name. Avro's
/// parsing canonical form is not used: it drops defaults, docs, aliases and logical types, which are contract too.
final class AvroNormalForm {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FIRST =
      List.of(
          "name",
          "namespace",
          "type",
          "doc",
          "fields",
          "symbols",
          "items",
          "values",
          "size",
          "default",
          "order",
          "aliases");
  private static final Comparator<String> ORDER =
      Comparator.<String>comparingInt(AvroNormalForm::rank)
          .thenComparing(Comparator.naturalOrder());

  private AvroNormalForm() {}

  static String of(String text) {
    try {
      return JSON.writeValueAsString(sorted(JSON.readTree(text)));
    } catch (JsonProcessingException e) {
      throw Refusal.invalidSchema(e.getOriginalMessage());
    }
  }

  private static JsonNode sorted(JsonNode node) {
    if (node instanceof ArrayNode array) {
      ArrayNode sorted = JSON.createArrayNode();
      array.forEach(each -> sorted.add(sorted(each)));
      return sorted;
    }
    if (node instanceof ObjectNode object) {
      ObjectNode sorted = JSON.createObjectNode();
      var names = new TreeSet<>(ORDER);
      object.fieldNames().forEachRemaining(names::add);
      names.forEach(name -> sorted.set(name, sorted(object.get(name))));
      return sorted;
    }
    return node;
  }

  private static int rank(String name) {
    int index = FIRST.indexOf(name);
    return index < 0 ? FIRST.size() : index;
  }
}
