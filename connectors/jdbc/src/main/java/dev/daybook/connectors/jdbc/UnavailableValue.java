package dev.daybook.connectors.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Debezium's mark in place of a large (toasted) value that an update did not touch: PostgreSQL does not log such
/// values again. Text, bytes, arrays and maps each carry the mark in their own form.
final class UnavailableValue {
  private final String text;
  private final byte[] bytes;
  private final List<Long> numbers;

  UnavailableValue(String text) {
    this.text = text;
    this.bytes = text.getBytes(StandardCharsets.UTF_8);
    this.numbers = new ArrayList<>();
    for (byte one : bytes) {
      numbers.add((long) one);
    }
  }

  boolean is(@Nullable Object value) {
    return switch (value) {
      case String string -> string.equals(text);
      case byte[] array -> Arrays.equals(array, bytes);
      case ByteBuffer buffer -> buffer.equals(ByteBuffer.wrap(bytes));
      case List<?> list -> isMarkedList(list);
      case Map<?, ?> map -> map.size() == 1 && map.containsKey(text) && text.equals(map.get(text));
      case null, default -> false;
    };
  }

  private boolean isMarkedList(List<?> list) {
    if (list.size() == 1) {
      return text.equals(list.getFirst());
    }
    if (list.size() != numbers.size()) {
      return false;
    }
    for (int i = 0; i < numbers.size(); i++) {
      if (!(list.get(i) instanceof Number number) || number.longValue() != numbers.get(i)) {
        return false;
      }
    }
    return true;
  }
}
