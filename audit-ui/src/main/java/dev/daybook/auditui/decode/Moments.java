package dev.daybook.auditui.decode;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The date or time of day behind a number, for every name by which Avro, Kafka Connect and
/// Debezium call one. A number no calendar has stays without a reading.
final class Moments {
  private Moments() {}

  static Optional<String> reading(String type, long number) {
    try {
      return Optional.ofNullable(
          switch (type) {
            case "timestamp-millis", "org.apache.kafka.connect.data.Timestamp" ->
                instant(number, TimeUnit.MILLISECONDS);
            case "timestamp-micros" -> instant(number, TimeUnit.MICROSECONDS);
            case "timestamp-nanos" -> instant(number, TimeUnit.NANOSECONDS);
            case "local-timestamp-millis", "io.debezium.time.Timestamp" ->
                local(number, TimeUnit.MILLISECONDS);
            case "local-timestamp-micros", "io.debezium.time.MicroTimestamp" ->
                local(number, TimeUnit.MICROSECONDS);
            case "local-timestamp-nanos", "io.debezium.time.NanoTimestamp" ->
                local(number, TimeUnit.NANOSECONDS);
            case "date", "io.debezium.time.Date", "org.apache.kafka.connect.data.Date" ->
                LocalDate.ofEpochDay(number).toString();
            case "time-millis", "io.debezium.time.Time", "org.apache.kafka.connect.data.Time" ->
                timeOfDay(number, TimeUnit.MILLISECONDS);
            case "time-micros", "io.debezium.time.MicroTime" ->
                timeOfDay(number, TimeUnit.MICROSECONDS);
            case "io.debezium.time.NanoTime" -> timeOfDay(number, TimeUnit.NANOSECONDS);
            default -> null;
          });
    } catch (DateTimeException | ArithmeticException outsideTheCalendar) {
      return Optional.empty();
    }
  }

  private static String instant(long number, TimeUnit unit) {
    long perSecond = unit.convert(1, TimeUnit.SECONDS);
    long nanos = unit.toNanos(Math.floorMod(number, perSecond));
    return Instant.ofEpochSecond(Math.floorDiv(number, perSecond), nanos).toString();
  }

  /// Debezium's timestamps without a zone are counted as if they were UTC; the reading shows none.
  private static String local(long number, TimeUnit unit) {
    return Instant.parse(instant(number, unit))
        .atOffset(ZoneOffset.UTC)
        .toLocalDateTime()
        .toString();
  }

  private static String timeOfDay(long number, TimeUnit unit) {
    return LocalTime.ofNanoOfDay(Math.multiplyExact(number, unit.toNanos(1))).toString();
  }
}
