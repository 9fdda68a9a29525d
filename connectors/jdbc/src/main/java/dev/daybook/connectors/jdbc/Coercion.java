package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.jdbc.Column.Kind;
import dev.daybook.connectors.jdbc.ConnectValue.Bits;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.connect.errors.DataException;

/// Turns a value into what a column takes, exactly or not at all: a database would round or wrap silently, so a value
/// that does not fit is refused with the column's name.
///
/// A date and time without zone that meets a column with one (or the reverse) is read as UTC, as Debezium and Connect
/// both mean it.
final class Coercion {
  private Coercion() {}

  static Object to(Column column, Object value) {
    try {
      return convert(column, value);
    } catch (IllegalArgumentException | ArithmeticException | DateTimeParseException wrong) {
      throw new DataException(misfit(column, value) + ": " + wrong.getMessage(), wrong);
    }
  }

  private static Object convert(Column column, Object value) {
    return switch (column.kind()) {
      case BOOLEAN -> bool(column, value);
      case INTEGER -> decimal(column, value).longValueExact();
      case NUMERIC -> fitting(column, decimal(column, value));
      case REAL, DOUBLE -> floating(column, value);
      case TEXT -> text(value);
      case BYTES -> bytes(column, value);
      case DATE -> date(column, value);
      case TIME -> time(value);
      case TIMESTAMP ->
          value instanceof OffsetDateTime zoned ? utc(zoned) : localDateTime(column, value);
      case TIMESTAMP_TZ -> offsetDateTime(column, value);
      case UUID -> value instanceof UUID uuid ? uuid : UUID.fromString(text(value));
      case ARRAY -> array(column, value);
      case JSON -> value instanceof String json ? json : JsonText.of(value);
      case FROM_TEXT -> value instanceof Bits bits ? bits.digits(column.size()) : text(value);
    };
  }

  private static Boolean bool(Column column, Object value) {
    return switch (value) {
      case Boolean bool -> bool;
      case Long number when number == 0 || number == 1 -> number == 1;
      case String text when text.equals("true") || text.equals("false") -> text.equals("true");
      default -> throw misfitting(column, value);
    };
  }

  private static BigDecimal decimal(Column column, Object value) {
    return switch (value) {
      case Long number -> BigDecimal.valueOf(number);
      case BigDecimal decimal -> decimal;
      case Float number -> new BigDecimal(Float.toString(number));
      case Double number -> new BigDecimal(Double.toString(number));
      case Boolean bool -> bool ? BigDecimal.ONE : BigDecimal.ZERO;
      case String text -> new BigDecimal(text);
      default -> throw misfitting(column, value);
    };
  }

  private static BigDecimal fitting(Column column, BigDecimal value) {
    if (!column.limited()) {
      return value;
    }
    BigDecimal scaled = value.scale() > column.scale() ? value.setScale(column.scale()) : value;
    if (scaled.precision() - scaled.scale() > column.size() - column.scale()
        && scaled.signum() != 0) {
      throw new ArithmeticException("more digits than " + column.size() + "," + column.scale());
    }
    return scaled;
  }

  /// Floats and doubles go as they are; an integer or decimal only if it comes back the same.
  private static Double floating(Column column, Object value) {
    return switch (value) {
      case Double number -> column.kind() == Kind.REAL ? exactFloat(number) : number;
      case Float number -> number.doubleValue();
      default -> {
        BigDecimal exact = decimal(column, value);
        double near = column.kind() == Kind.REAL ? exact.floatValue() : exact.doubleValue();
        if (Double.isInfinite(near) || new BigDecimal(near).compareTo(exact) != 0) {
          throw new ArithmeticException("a binary fraction cannot hold it exactly");
        }
        yield near;
      }
    };
  }

  private static Double exactFloat(double number) {
    if (!Double.isNaN(number) && (float) number != number) {
      throw new ArithmeticException("the column holds single precision only");
    }
    return number;
  }

  private static byte[] bytes(Column column, Object value) {
    return switch (value) {
      case byte[] bytes -> bytes;
      case Bits bits -> ConnectValue.bytes(bits.littleEndian());
      default -> throw misfitting(column, value);
    };
  }

  private static Object date(Column column, Object value) {
    return switch (value) {
      case LocalDate date -> date;
      case LocalDateTime dateTime when dateTime.toLocalTime().equals(LocalTime.MIDNIGHT) ->
          dateTime.toLocalDate();
      case String text -> text;
      default -> throw misfitting(column, value);
    };
  }

  private static Object time(Object value) {
    return value instanceof LocalTime time ? time : text(value);
  }

  private static Object localDateTime(Column column, Object value) {
    return switch (value) {
      case LocalDateTime dateTime -> dateTime;
      case Instant instant -> LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
      case LocalDate date -> date.atStartOfDay();
      case String text -> text;
      default -> throw misfitting(column, value);
    };
  }

  private static Object offsetDateTime(Column column, Object value) {
    if (value instanceof OffsetDateTime zoned) {
      return zoned;
    }
    Object local = localDateTime(column, value);
    return local instanceof LocalDateTime dateTime ? dateTime.atOffset(ZoneOffset.UTC) : local;
  }

  private static LocalDateTime utc(OffsetDateTime zoned) {
    return zoned.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
  }

  private static List<?> array(Column column, Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw misfitting(column, value);
  }

  /// The text of a value as a person would write it; structures as JSON.
  static String text(Object value) {
    return switch (value) {
      case String text -> text;
      case BigDecimal decimal -> decimal.toPlainString();
      case Bits bits -> bits.digits();
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case Duration duration -> duration.toString();
      case List<?> list -> JsonText.of(list);
      default -> ConnectValue.isNested(value) ? JsonText.of(value) : value.toString();
    };
  }

  private static DataException misfitting(Column column, Object value) {
    return new DataException(misfit(column, value));
  }

  private static String misfit(Column column, Object value) {
    return "a value of type "
        + value.getClass().getSimpleName()
        + " does not fit column '"
        + column.name()
        + "' of type "
        + column.typeName();
  }
}
