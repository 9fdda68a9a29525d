package dev.daybook.connect.offset;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.jspecify.annotations.Nullable;

/// Source offsets as bytes: JSON without schema, never the connector's own converters, so that any worker can read
/// what another wrote. A partition or offset is a map from strings to single values.
final class OffsetJson {

  private final JsonConverter keys = converter(true);
  private final JsonConverter values = converter(false);

  private static JsonConverter converter(boolean isKey) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false"), isKey);
    return converter;
  }

  byte[] key(String connector, Map<String, Object> fields) {
    return keys.fromConnectData("", null, List.of(connector, fields));
  }

  byte @Nullable [] value(@Nullable Map<String, Object> offset) {
    return offset == null ? null : values.fromConnectData("", null, offset);
  }

  /// The key of a record in the offsets topic; nothing if it is not one of Connect's.
  Optional<SourcePartition> partition(byte[] key) {
    try {
      Object parsed = keys.toConnectData("", key).value();
      return parsed instanceof List<?> pair
              && pair.size() == 2
              && pair.get(0) instanceof String connector
              && pair.get(1) instanceof Map<?, ?> fields
          ? Optional.of(new SourcePartition(connector, strings(fields)))
          : Optional.empty();
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  /// The value of a record in the offsets topic; nothing for a tombstone or a value that is no map.
  Optional<Map<String, Object>> offset(byte @Nullable [] value) {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return values.toConnectData("", value).value() instanceof Map<?, ?> fields
          ? Optional.of(strings(fields))
          : Optional.empty();
    } catch (DataException e) {
      return Optional.empty();
    }
  }

  private static Map<String, Object> strings(Map<?, ?> fields) {
    Map<String, Object> copy = new TreeMap<>();
    fields.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }
}
