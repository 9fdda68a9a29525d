package dev.daybook.connectors.jdbc;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// A value of a record in the type Java has for its meaning, so that the target's column decides what it becomes:
/// integers as Long, Decimal and VariableScaleDecimal as BigDecimal, the date and time types of Connect and Debezium
/// as java.time, bytes as byte[]; lists stay lists, structs and maps stay what they are. Nothing is rounded here.
final class ConnectValue {
  private static final long NANOS_PER_DAY = Duration.ofDays(1).toNanos();

  private ConnectValue() {}

  static @Nullable Object of(@Nullable Schema schema, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    String name = schema == null ? null : schema.name();
    @Nullable Object named = name == null ? null : named(name, value);
    return named == null ? plain(schema, value) : named;
  }

  /// The field as it was written: Struct itself answers with the schema's default where null was meant.
  static @Nullable Object of(Struct struct, Field field) {
    return field.schema().isOptional() ? struct.getWithoutDefault(field.name()) : struct.get(field);
  }

  private static @Nullable Object named(String name, Object value) {
    try {
      return switch (name) {
        case "org.apache.kafka.connect.data.Date" -> utc(value).toLocalDate();
        case "org.apache.kafka.connect.data.Time" -> utc(value).toLocalTime();
        case "org.apache.kafka.connect.data.Timestamp" -> utc(value);
        case "io.debezium.time.Date" -> LocalDate.ofEpochDay(number(value));
        case "io.debezium.time.Time" -> time(Math.multiplyExact(number(value), 1_000_000L));
        case "io.debezium.time.MicroTime" -> time(Math.multiplyExact(number(value), 1_000L));
        case "io.debezium.time.NanoTime" -> time(number(value));
        case "io.debezium.time.Timestamp" -> since(ChronoUnit.MILLIS, value);
        case "io.debezium.time.MicroTimestamp" -> since(ChronoUnit.MICROS, value);
        case "io.debezium.time.NanoTimestamp" -> since(ChronoUnit.NANOS, value);
        case "io.debezium.time.ZonedTimestamp" -> zoned((String) value);
        case "io.debezium.time.IsoTimestamp" -> zoned((String) value);
        case "io.debezium.time.MicroDuration" -> Duration.of(number(value), ChronoUnit.MICROS);
        case "io.debezium.data.Uuid" -> UUID.fromString((String) value);
        case "io.debezium.data.VariableScaleDecimal" -> variableScale((Struct) value);
        case "io.debezium.data.Bits" -> bits(bytes(value));
        default -> null;
      };
    } catch (IllegalArgumentException
        | DateTimeParseException
        | ArithmeticException
        | ClassCastException wrong) {
      throw new DataException("value is no " + name + ": " + wrong.getMessage(), wrong);
    }
  }

  private static Object plain(@Nullable Schema schema, Object value) {
    return switch (value) {
      case Byte b -> (long) b;
      case Short s -> (long) s;
      case Integer i -> (long) i;
      case BigInteger big -> new BigDecimal(big);
      case byte[] array -> array;
      case ByteBuffer buffer -> bytes(buffer);
      case java.util.Date date -> utc(date);
      case List<?> list -> list(schema, list);
      default -> value;
    };
  }

  private static List<@Nullable Object> list(@Nullable Schema schema, List<?> list) {
    Schema element = schema == null ? null : schema.valueSchema();
    List<@Nullable Object> values = new ArrayList<>(list.size());
    for (Object one : list) {
      values.add(of(element, one));
    }
    return values;
  }

  private static long number(Object value) {
    return ((Number) value).longValue();
  }

  private static LocalDateTime utc(Object date) {
    return LocalDateTime.ofInstant(((java.util.Date) date).toInstant(), ZoneOffset.UTC);
  }

  /// A time of day; SQL also knows 24:00, which Java does not: that one stays text.
  private static Object time(long nanos) {
    return nanos == NANOS_PER_DAY ? "24:00:00" : LocalTime.ofNanoOfDay(nanos);
  }

  private static LocalDateTime since(ChronoUnit unit, Object value) {
    return LocalDateTime.ofInstant(Instant.EPOCH.plus(number(value), unit), ZoneOffset.UTC);
  }

  private static Object zoned(String text) {
    // PostgreSQL knows infinity, which no instant can say; the column reads it from text.
    return text.endsWith("infinity") ? text : OffsetDateTime.parse(text);
  }

  private static BigDecimal variableScale(Struct struct) {
    return new BigDecimal(new BigInteger(bytes(struct.get("value"))), struct.getInt32("scale"));
  }

  static byte[] bytes(Object value) {
    if (value instanceof ByteBuffer buffer) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.duplicate().get(copy);
      return copy;
    }
    return (byte[]) value;
  }

  /// Debezium sends bits in little-endian bytes; SQL writes them with the highest first.
  private static Bits bits(byte[] littleEndian) {
    StringBuilder text = new StringBuilder();
    for (byte one : littleEndian) {
      for (int bit = 0; bit < 8; bit++) {
        text.append((one >> bit) & 1);
      }
    }
    return new Bits(text.reverse().toString(), ByteBuffer.wrap(littleEndian));
  }

  /// A bit string: as bytes and as the digits SQL reads, highest first and padded to whole bytes.
  record Bits(String digits, ByteBuffer littleEndian) {
    String digits(int length) {
      return length > 0 && length < digits.length()
          ? digits.substring(digits.length() - length)
          : digits;
    }
  }

  static boolean isNested(Object value) {
    return value instanceof Struct || value instanceof Map;
  }
}
