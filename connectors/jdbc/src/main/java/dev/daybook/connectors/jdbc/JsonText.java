package dev.daybook.connectors.jdbc;

import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// Nested values as JSON: numbers with all their digits, bytes in base64, other types as quoted text.
final class JsonText {
  private final StringBuilder out = new StringBuilder();

  private JsonText() {}

  static String of(Object value) {
    JsonText json = new JsonText();
    json.write(value);
    return json.out.toString();
  }

  private void write(@Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case Boolean bool -> out.append(bool.booleanValue());
      case Double number -> finite(number.isNaN() || number.isInfinite(), number);
      case Float number -> finite(number.isNaN() || number.isInfinite(), number);
      case java.math.BigDecimal decimal -> out.append(decimal.toPlainString());
      case Number number -> out.append(number);
      case byte[] bytes -> quoted(Base64.getEncoder().encodeToString(bytes));
      case java.nio.ByteBuffer buffer -> write(ConnectValue.bytes(buffer));
      case List<?> list -> list(list);
      case Struct struct -> struct(struct);
      case Map<?, ?> map -> map(map);
      default -> quoted(Coercion.text(value));
    }
  }

  private void finite(boolean special, Number number) {
    if (special) {
      throw new DataException("JSON has no number for " + number);
    }
    out.append(number);
  }

  private void list(List<?> list) {
    out.append('[');
    for (Iterator<?> each = list.iterator(); each.hasNext(); ) {
      write(each.next());
      if (each.hasNext()) {
        out.append(',');
      }
    }
    out.append(']');
  }

  private void struct(Struct struct) {
    out.append('{');
    for (Field field : struct.schema().fields()) {
      name(field.index() == 0, field.name());
      write(ConnectValue.of(field.schema(), ConnectValue.of(struct, field)));
    }
    out.append('}');
  }

  private void map(Map<?, ?> map) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      name(first, String.valueOf(entry.getKey()));
      write(ConnectValue.of(null, entry.getValue()));
      first = false;
    }
    out.append('}');
  }

  private void name(boolean first, String name) {
    if (!first) {
      out.append(',');
    }
    quoted(name);
    out.append(':');
  }

  private void quoted(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
