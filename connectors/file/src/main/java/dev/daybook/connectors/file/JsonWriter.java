package dev.daybook.connectors.file;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// Writes Connect values as JSON without losing any of them.
///
/// Integers are numbers with all their digits. Decimals (Connect's Decimal and Debezium's VariableScaleDecimal) are
/// strings, or numbers if asked for: both keep every digit, but many readers of JSON do not. Bytes are base64, Connect's
/// dates and times ISO-8601 text, NaN and the infinities strings; Debezium's own time types stay the numbers they are.
final class JsonWriter {
  private static final String VARIABLE_SCALE_DECIMAL = "io.debezium.data.VariableScaleDecimal";

  private final StringBuilder out;
  private final boolean decimalsAsNumbers;

  JsonWriter(StringBuilder out, boolean decimalsAsNumbers) {
    this.out = out;
    this.decimalsAsNumbers = decimalsAsNumbers;
  }

  void write(@Nullable Schema schema, @Nullable Object value) {
    switch (value) {
      case null -> out.append("null");
      case String text -> quoted(text);
      case Boolean bool -> out.append(bool.booleanValue());
      case Float number -> floating(number, Float.isFinite(number));
      case Double number -> floating(number, Double.isFinite(number));
      case BigDecimal decimal -> decimal(decimal);
      case Byte number -> out.append(number);
      case Short number -> out.append(number);
      case Integer number -> out.append(number);
      case Long number -> out.append(number);
      case BigInteger number -> out.append(number);
      case byte[] bytes -> base64(ByteBuffer.wrap(bytes));
      case ByteBuffer bytes -> base64(bytes.duplicate());
      case java.util.Date date -> quoted(iso(schema, date.toInstant()));
      case Struct struct -> struct(struct);
      case List<?> list -> array(schema == null ? null : schema.valueSchema(), list);
      case Map<?, ?> map -> map(schema, map);
      default ->
          throw new DataException("a value of " + value.getClass() + " cannot be written as JSON");
    }
  }

  private void floating(Number number, boolean finite) {
    if (finite) {
      out.append(number);
    } else {
      quoted(number.toString());
    }
  }

  private void decimal(BigDecimal decimal) {
    if (decimalsAsNumbers) {
      out.append(decimal.toPlainString());
    } else {
      quoted(decimal.toPlainString());
    }
  }

  private void base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    out.append('"').append(Base64.getEncoder().encodeToString(copy)).append('"');
  }

  private static String iso(@Nullable Schema schema, Instant instant) {
    String name = schema == null ? null : schema.name();
    if (Date.LOGICAL_NAME.equals(name)) {
      return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
    }
    if (Time.LOGICAL_NAME.equals(name)) {
      return LocalTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }
    return instant.toString();
  }

  private void struct(Struct struct) {
    if (VARIABLE_SCALE_DECIMAL.equals(struct.schema().name())) {
      decimal(new BigDecimal(new BigInteger(struct.getBytes("value")), struct.getInt32("scale")));
      return;
    }
    out.append('{');
    for (Field field : struct.schema().fields()) {
      name(field.index() == 0, field.name());
      write(field.schema(), asWritten(struct, field));
    }
    out.append('}');
  }

  /// Struct itself answers with the schema's default where null was meant.
  private static @Nullable Object asWritten(Struct struct, Field field) {
    return field.schema().isOptional() ? struct.getWithoutDefault(field.name()) : struct.get(field);
  }

  private void array(@Nullable Schema element, List<?> list) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      write(element, list.get(i));
    }
    out.append(']');
  }

  /// A map with other keys than strings becomes a list of pairs.
  private void map(@Nullable Schema schema, Map<?, ?> map) {
    boolean named = map.keySet().stream().allMatch(String.class::isInstance);
    Schema keySchema = schema == null ? null : schema.keySchema();
    Schema valueSchema = schema == null ? null : schema.valueSchema();
    out.append(named ? '{' : '[');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (named) {
        name(first, (String) entry.getKey());
        write(valueSchema, entry.getValue());
      } else {
        out.append(first ? "[" : ",[");
        write(keySchema, entry.getKey());
        out.append(',');
        write(valueSchema, entry.getValue());
        out.append(']');
      }
      first = false;
    }
    out.append(named ? '}' : ']');
  }

  void name(boolean first, String name) {
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
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || isLoneSurrogate(text, i)) {
            out.append("\\u").append(HexFormat.of().toHexDigits(c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /// Half an emoji has no UTF-8; escaped, it comes back as it was.
  private static boolean isLoneSurrogate(String text, int i) {
    char c = text.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}
