package dev.daybook.connect.offset;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// A connector's source partition in the one form that compares right: keys sorted, whole numbers as long, fractions as
/// double. JSON knows no integer sizes and connectors build their maps in any order, yet it is the same partition.
public record SourcePartition(String connector, Map<String, Object> fields) {

  public SourcePartition {
    Map<String, Object> sorted = new TreeMap<>();
    fields.forEach((key, value) -> sorted.put(key, plain(value)));
    fields = sorted;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Byte number -> number.longValue();
      case Short number -> number.longValue();
      case Integer number -> number.longValue();
      case Float number -> number.doubleValue();
      case null, default -> value;
    };
  }

  /// Refuses what cannot be stored: a nested value would come back as another type, or not at all.
  public static void check(String what, Map<String, ?> fields) {
    fields.forEach(
        (key, value) -> {
          boolean storable =
              value == null
                  || value instanceof Number
                  || value instanceof String
                  || value instanceof Boolean
                  || value instanceof byte[];
          if (!storable) {
            throw new DataException(
                "The "
                    + what
                    + " field '"
                    + key
                    + "' holds a "
                    + value.getClass().getName()
                    + "; only strings, numbers, booleans and bytes can be stored");
          }
        });
  }
}
