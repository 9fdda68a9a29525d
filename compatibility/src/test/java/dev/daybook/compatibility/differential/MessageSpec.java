package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiKeys;

/// A request as Kafka describes it in the very file that its classes are generated from, which lies in the clients' jar.
///
/// @param fields of the request itself
/// @param structs the fields of each type that more than one field has
record MessageSpec(List<Field> fields, Map<String, List<Field>> structs) {
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true);

  /// @param entity what the text or number stands for, empty where that is not said
  /// @param byDefault its value where none is given, empty for nothing
  record Field(
      String name,
      String type,
      String entity,
      Versions versions,
      Versions nullable,
      Versions tagged,
      String byDefault,
      List<Field> fields) {

    boolean isArray() {
      return type.startsWith("[]");
    }

    String elementType() {
      return isArray() ? type.substring(2) : type;
    }

    /// As it stands in JSON.
    String key() {
      return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
  }

  record Versions(int from, int to) {
    static Versions parse(String text) {
      if (text.isEmpty() || text.equals("none")) {
        return new Versions(Integer.MAX_VALUE, -1);
      }
      if (text.endsWith("+")) {
        return new Versions(
            Integer.parseInt(text.substring(0, text.length() - 1)), Integer.MAX_VALUE);
      }
      int dash = text.indexOf('-');
      return dash < 0
          ? new Versions(Integer.parseInt(text), Integer.parseInt(text))
          : new Versions(
              Integer.parseInt(text.substring(0, dash)),
              Integer.parseInt(text.substring(dash + 1)));
    }

    boolean contains(int version) {
      return from <= version && version <= to;
    }
  }

  static MessageSpec ofRequest(ApiKeys api) {
    String file = "/common/message/" + api.messageType.newRequest().getClass().getSimpleName();
    try (InputStream in =
        ApiKeys.class.getResourceAsStream(file.replaceAll("Data$", "") + ".json")) {
      if (in == null) {
        throw new IllegalStateException("The clients' jar holds no " + file);
      }
      JsonNode spec = JSON.readTree(in);
      Map<String, List<Field>> structs = new HashMap<>();
      spec.path("commonStructs")
          .forEach(struct -> structs.put(struct.path("name").asText(), fields(struct)));
      return new MessageSpec(fields(spec), structs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The fields behind a field's type, none when it is no struct.
  List<Field> fieldsOf(Field field) {
    return field.fields().isEmpty()
        ? structs.getOrDefault(field.elementType(), List.of())
        : field.fields();
  }

  /// A request of this version with these fields, and defaults for all others.
  ObjectNode completed(ObjectNode given, int version) {
    return completed(fields, given, version);
  }

  private ObjectNode completed(List<Field> all, JsonNode given, int version) {
    for (String name : (Iterable<String>) given::fieldNames) {
      if (all.stream().noneMatch(field -> field.key().equals(name))) {
        throw new IllegalArgumentException("There is no field " + name);
      }
    }
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    for (Field field : all) {
      JsonNode value = given.get(field.key());
      boolean tagged = field.tagged().contains(version);
      if (field.versions().contains(version) && (value != null || !tagged)) {
        whole.set(
            field.key(), value == null ? standard(field, version) : filled(field, value, version));
      }
    }
    return whole;
  }

  private JsonNode filled(Field field, JsonNode value, int version) {
    List<Field> inner = fieldsOf(field);
    if (inner.isEmpty() || value.isNull()) {
      return value;
    }
    if (!field.isArray()) {
      return completed(inner, value, version);
    }
    ArrayNode elements = JsonNodeFactory.instance.arrayNode();
    value.forEach(element -> elements.add(completed(inner, element, version)));
    return elements;
  }

  private JsonNode standard(Field field, int version) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    String text = field.byDefault();
    if (text.equals("null") && field.nullable().contains(version)) {
      return json.nullNode();
    }
    if (field.isArray()) {
      return json.arrayNode();
    }
    return switch (field.type()) {
      case "bool" -> json.booleanNode(text.equals("true"));
      case "string" -> json.textNode(text.equals("null") ? "" : text);
      case "uuid" -> json.textNode(Uuid.ZERO_UUID.toString());
      case "bytes", "records" -> json.binaryNode(new byte[0]);
      case "int8", "int16", "int32", "int64" ->
          json.numberNode(text.isEmpty() ? 0 : Long.decode(text));
      default -> completed(fieldsOf(field), json.objectNode(), version);
    };
  }

  private static List<Field> fields(JsonNode parent) {
    List<Field> fields = new ArrayList<>();
    for (JsonNode field : parent.path("fields")) {
      fields.add(
          new Field(
              field.path("name").asText(),
              field.path("type").asText(),
              field.path("entityType").asText(""),
              Versions.parse(field.path("versions").asText("")),
              Versions.parse(field.path("nullableVersions").asText("")),
              Versions.parse(field.path("taggedVersions").asText("")),
              field.path("default").asText(""),
              fields(field)));
    }
    return fields;
  }
}
