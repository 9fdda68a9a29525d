package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.protocol.ApiKeys;

/// A request as Kafka describes it in the very file that its classes are generated from, which lies in the clients' jar.
///
/// @param fields of the request itself
/// @param structs the fields of each type that more than one field has
record MessageSpec(List<Field> fields, Map<String, List<Field>> structs) {
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true);

  /// @param entity what the text or number stands for, empty where that is not said
  record Field(
      String name,
      String type,
      String entity,
      Versions versions,
      Versions nullable,
      Versions tagged,
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
              fields(field)));
    }
    return fields;
  }
}
