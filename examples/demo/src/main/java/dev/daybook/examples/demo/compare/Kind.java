package dev.daybook.examples.demo.compare;

import java.math.BigDecimal;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/// What a column holds, and how a value of it is written so that two places can be compared: every digit kept,
/// nothing added. Values come as JDBC, Avro or JSON have them.
public enum Kind {
  WHOLE {
    @Override
    String text(Object value) {
      return value instanceof Number number ? Long.toString(number.longValue()) : value.toString();
    }
  },
  DECIMAL {
    @Override
    String text(Object value) {
      return new BigDecimal(value.toString()).toPlainString();
    }
  },
  TEXT {
    @Override
    String text(Object value) {
      return value.toString();
    }
  },
  TIME {
    @Override
    String text(Object value) {
      OffsetDateTime time =
          value instanceof OffsetDateTime given ? given : OffsetDateTime.parse(value.toString());
      return time.toInstant().toString();
    }
  };

  abstract String text(Object value);

  @Nullable String canonical(@Nullable Object value) {
    return value == null ? null : text(value);
  }
}
