package dev.daybook.eventlog.topic;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Which values are legal.
@FunctionalInterface
public interface Limits {
  /// What is wrong with the value, if anything.
  Optional<String> fault(String value);

  static Limits oneOf(String... values) {
    Set<String> legal = Set.of(values);
    return value ->
        legal.contains(value)
            ? Optional.empty()
            : Optional.of("must be one of " + String.join(", ", values));
  }

  /// A list of these, each at most once; none at all, too.
  static Limits anyOf(String... values) {
    Limits one = oneOf(values);
    return value -> {
      List<String> parts =
          value.isEmpty()
              ? List.of()
              : List.of(value.split(",", -1)).stream().map(String::trim).toList();
      return new HashSet<>(parts).size() < parts.size()
          ? Optional.of("must not name anything twice")
          : parts.stream().map(one::fault).flatMap(Optional::stream).findFirst();
    };
  }

  /// This very value, or what other limits take.
  static Limits either(String one, Limits others) {
    return value -> value.equals(one) ? Optional.empty() : others.fault(value);
  }

  static Limits bool() {
    return value ->
        Set.of("true", "false").contains(value.toLowerCase(Locale.ROOT))
            ? Optional.empty()
            : Optional.of("must be true or false");
  }

  static Limits atLeast(long least) {
    return between(least, Long.MAX_VALUE);
  }

  static Limits between(long least, long most) {
    return value -> {
      try {
        long number = Long.parseLong(value.trim());
        return number >= least && number <= most
            ? Optional.empty()
            : Optional.of("must be between " + least + " and " + most);
      } catch (NumberFormatException e) {
        return Optional.of("must be a whole number");
      }
    };
  }

  static Limits fraction() {
    return value -> {
      try {
        double number = Double.parseDouble(value.trim());
        return number >= 0 && number <= 1
            ? Optional.empty()
            : Optional.of("must be between 0 and 1");
      } catch (NumberFormatException e) {
        return Optional.of("must be a number");
      }
    };
  }
}
