package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.JdbcSinkConfig.PkMode;
import dev.daybook.connectors.jdbc.Row.Field;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// Reads a record as a change of a row: flat records as rows, Debezium's change events by their operation.
final class ChangeReader {
  /// Debezium sends the change of a key as a delete with this header, then a create. The create leaves large values out
  /// like any update, so the row must not be deleted in between.
  private static final String NEW_KEY = "__debezium.newkey";

  private final PkMode pkMode;
  private final List<String> pkFields;
  private final boolean deletes;
  private final String tableFormat;
  private final UnavailableValue unavailable;

  ChangeReader(JdbcSinkConfig config) {
    pkMode = config.pkMode();
    pkFields = config.pkFields();
    deletes = config.getBoolean(JdbcSinkConfig.DELETE_ENABLED);
    tableFormat = config.getString(JdbcSinkConfig.TABLE_NAME_FORMAT);
    unavailable = new UnavailableValue(config.getString(JdbcSinkConfig.UNAVAILABLE_VALUE));
  }

  Change read(SinkRecord record) {
    Object value = record.value();
    if (value == null) {
      return delete(record);
    }
    @Nullable String operation = operation(value);
    if (operation == null) {
      return write(record, record.valueSchema(), value);
    }
    return switch (operation) {
      case "c", "r", "u" -> write(record, fieldSchema(record.valueSchema(), "after"), after(value));
      case "d" -> delete(record);
      default ->
          throw new DataException(
              "change event with operation '"
                  + operation
                  + "' is not a change of a row; drop it with a transform"
                  + " if it may be lost");
    };
  }

  /// The operation of a change event, or null for a flat record.
  private static @Nullable String operation(Object value) {
    if (value instanceof Struct struct) {
      Schema schema = struct.schema();
      boolean envelope =
          schema.field("op") != null
              && schema.field("after") != null
              && schema.field("source") != null;
      return envelope ? struct.getString("op") : null;
    }
    if (value instanceof Map<?, ?> map && map.containsKey("after") && map.containsKey("source")) {
      return map.get("op") instanceof String operation ? operation : null;
    }
    return null;
  }

  private static Object after(Object envelope) {
    Object after =
        envelope instanceof Struct struct
            ? struct.get("after")
            : ((Map<?, ?>) envelope).get("after");
    if (after == null) {
      throw new DataException("change event carries no row in 'after'");
    }
    return after;
  }

  private static @Nullable Schema fieldSchema(@Nullable Schema schema, String field) {
    return schema == null ? null : schema.field(field).schema();
  }

  private Change write(SinkRecord record, @Nullable Schema schema, Object value) {
    Row key = key(record, schema, value);
    Map<String, Field> all = new LinkedHashMap<>(key.fields());
    fields(schema, value, "value").forEach(all::put);
    Set<String> unchanged = new HashSet<>();
    all.forEach(
        (name, field) -> {
          if (unavailable.is(field.value())) {
            unchanged.add(name);
          }
        });
    return new Change.Write(
        table(record), new Row(all), List.copyOf(key.fields().keySet()), unchanged);
  }

  private Change delete(SinkRecord record) {
    if (!deletes) {
      return new Change.Skip();
    }
    Header newKey = record.headers().lastWithName(NEW_KEY);
    if (newKey != null && newKey.value() != null && record.value() != null) {
      Map<String, Field> to = fields(newKey.schema(), newKey.value(), "new key");
      Row from = recordKey(record);
      return new Change.Rekey(
          table(record), from, chosen(to, List.copyOf(from.fields().keySet()), "new key"));
    }
    return new Change.Delete(table(record), recordKey(record));
  }

  private TableName table(SinkRecord record) {
    return TableName.of(tableFormat, record.topic());
  }

  private Row key(SinkRecord record, @Nullable Schema schema, Object value) {
    return switch (pkMode) {
      case NONE -> new Row(Map.of());
      case KAFKA -> coordinates(record);
      case RECORD_KEY -> recordKey(record);
      case RECORD_VALUE -> chosen(fields(schema, value, "value"), pkFields, "value");
    };
  }

  private Row coordinates(SinkRecord record) {
    Map<String, Field> key = new LinkedHashMap<>();
    key.put(pkFields.get(0), new Field(Schema.STRING_SCHEMA, record.originalTopic()));
    key.put(pkFields.get(1), new Field(Schema.INT32_SCHEMA, record.originalKafkaPartition()));
    key.put(pkFields.get(2), new Field(Schema.INT64_SCHEMA, record.originalKafkaOffset()));
    return new Row(key);
  }

  private Row recordKey(SinkRecord record) {
    Object key = record.key();
    if (key == null) {
      throw new DataException("record has no key, and pk.mode=record_key needs one");
    }
    if (key instanceof Struct || key instanceof Map) {
      Map<String, Field> fields = fields(record.keySchema(), key, "key");
      return chosen(fields, pkFields.isEmpty() ? List.copyOf(fields.keySet()) : pkFields, "key");
    }
    if (pkFields.size() != 1) {
      throw new DataException("record's key is a single value; name its column in pk.fields");
    }
    return new Row(Map.of(pkFields.getFirst(), new Field(record.keySchema(), key)));
  }

  private static Row chosen(Map<String, Field> fields, List<String> names, String part) {
    Map<String, Field> chosen = new LinkedHashMap<>();
    for (String name : names) {
      Field field = fields.get(name);
      if (field == null || field.value() == null) {
        throw new DataException(
            "record's " + part + " has no '" + name + "', which is part of the row's key");
      }
      chosen.put(name, field);
    }
    return new Row(chosen);
  }

  private static Map<String, Field> fields(@Nullable Schema schema, Object value, String part) {
    Map<String, Field> fields = new LinkedHashMap<>();
    if (value instanceof Struct struct) {
      for (var field : struct.schema().fields()) {
        fields.put(field.name(), new Field(field.schema(), ConnectValue.of(struct, field)));
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((name, field) -> fields.put(Objects.toString(name), new Field(null, field)));
    } else {
      throw new DataException(
          "record's "
              + part
              + " is "
              + (schema == null ? value.getClass().getSimpleName() : schema.type())
              + ", not a struct or map; a row needs named fields");
    }
    return fields;
  }

  /// Coordinates of a record for messages.
  static String at(SinkRecord record) {
    return record.originalTopic()
        + "/"
        + record.originalKafkaPartition()
        + "@"
        + record.originalKafkaOffset();
  }
}
