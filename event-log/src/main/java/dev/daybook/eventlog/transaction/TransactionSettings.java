package dev.daybook.eventlog.transaction;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Settings of transactions, under Kafka's names and with Kafka's defaults, but for one:
///
/// `transaction.state.log.num.partitions` is 8, not 50. The number spreads transactional ids over brokers; here there is
/// one, and each partition costs a directory. It counts when the topic is created and never after.
///
/// @param maxTimeout the longest time-out a producer may ask for
/// @param idExpiration an id that nobody uses for so long is forgotten
/// @param abortInterval the time between two looks for transactions that are out of time
/// @param expirationInterval the time between two looks for ids that nobody uses
/// @param statePartitions how many partitions `__transaction_state` gets
/// @param stateSegmentBytes how large its segments grow
public record TransactionSettings(
    Duration maxTimeout,
    Duration idExpiration,
    Duration abortInterval,
    Duration expirationInterval,
    int statePartitions,
    int stateSegmentBytes) {
  public static final String MAX_TIMEOUT_MS = "transaction.max.timeout.ms";
  public static final String ID_EXPIRATION_MS = "transactional.id.expiration.ms";
  public static final String ABORT_INTERVAL_MS =
      "transaction.abort.timed.out.transaction.cleanup.interval.ms";
  public static final String EXPIRATION_INTERVAL_MS =
      "transaction.remove.expired.transaction.cleanup.interval.ms";
  public static final String STATE_PARTITIONS = "transaction.state.log.num.partitions";
  public static final String STATE_SEGMENT_BYTES = "transaction.state.log.segment.bytes";

  private static final Set<String> NAMES =
      Set.of(
          MAX_TIMEOUT_MS,
          ID_EXPIRATION_MS,
          ABORT_INTERVAL_MS,
          EXPIRATION_INTERVAL_MS,
          STATE_PARTITIONS,
          STATE_SEGMENT_BYTES);

  public static final TransactionSettings DEFAULTS = of(Map.of());

  /// Whether a setting of this name belongs here.
  public static boolean knows(String name) {
    return NAMES.contains(name);
  }

  /// The settings given by name; what is not given has its default.
  ///
  /// @throws IllegalArgumentException when a name or a value is wrong; says which and why
  public static TransactionSettings of(Map<String, String> given) {
    String unknown =
        given.keySet().stream().filter(name -> !knows(name)).collect(Collectors.joining(", "));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("There is no setting of transactions '" + unknown + "'");
    }
    return new TransactionSettings(
        millis(given, MAX_TIMEOUT_MS, Duration.ofMinutes(15)),
        millis(given, ID_EXPIRATION_MS, Duration.ofDays(7)),
        millis(given, ABORT_INTERVAL_MS, Duration.ofSeconds(10)),
        millis(given, EXPIRATION_INTERVAL_MS, Duration.ofHours(1)),
        number(given, STATE_PARTITIONS, 8),
        number(given, STATE_SEGMENT_BYTES, 100 << 20));
  }

  private static Duration millis(Map<String, String> given, String name, Duration otherwise) {
    return Duration.ofMillis(number(given, name, Math.toIntExact(otherwise.toMillis())));
  }

  private static int number(Map<String, String> given, String name, int otherwise) {
    return Stream.ofNullable(given.get(name))
        .mapToInt(value -> number(name, value))
        .findFirst()
        .orElse(otherwise);
  }

  private static int number(String name, String value) {
    try {
      int number = Integer.parseInt(value.trim());
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with the name.
    }
    throw new IllegalArgumentException(name + " is a whole number from 1 on, not '" + value + "'");
  }
}
