package dev.daybook.examples.demo.compare;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A row in the one form in which rows are compared: each column's value as text, or null.
public record Row(Map<String, @Nullable String> values) {
  /// What Debezium writes for a large value that an update did not touch.
  static final String UNTOUCHED = "__debezium_unavailable_value";

  public Row {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  public static Row of(Map<String, ? extends @Nullable String> values) {
    return new Row(new LinkedHashMap<>(values));
  }

  /// This row behind an older one of the same key: values that were left out stay as they were.
  Row over(@Nullable Row older) {
    Map<String, @Nullable String> whole = new LinkedHashMap<>(values);
    if (older != null) {
      whole.replaceAll(
          (column, value) -> UNTOUCHED.equals(value) ? older.values.get(column) : value);
    }
    return new Row(whole);
  }

  /// The first column in which the other row differs, in a sentence; null if it is the same.
  @Nullable String differenceFrom(Row other, String here, String there) {
    for (Map.Entry<String, @Nullable String> column : values.entrySet()) {
      @Nullable String theirs = other.values.get(column.getKey());
      if (!Objects.equals(column.getValue(), theirs)) {
        return column.getKey()
            + " is "
            + shown(column.getValue())
            + " in "
            + here
            + ", "
            + shown(theirs)
            + " in "
            + there;
      }
    }
    return null;
  }

  private static String shown(@Nullable String value) {
    if (value == null) {
      return "null";
    }
    return value.length() <= 60
        ? "'" + value + "'"
        : "'" + value.substring(0, 40) + "…' (" + value.length() + " characters)";
  }
}
