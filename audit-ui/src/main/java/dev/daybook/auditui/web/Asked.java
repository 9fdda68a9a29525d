package dev.daybook.auditui.web;

import dev.daybook.auditui.log.Positions;
import dev.daybook.auditui.log.Refusal;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/// The parameters of a request, checked; what is wrong is said with an example that would be right.
record Asked(RoutingContext request) {

  String path(String name) {
    return Objects.requireNonNull(request.pathParam(name), name);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(request.queryParams().get(name)).filter(text -> !text.isEmpty());
  }

  boolean flag(String name) {
    return text(name).filter("true"::equals).isPresent();
  }

  int limit(int otherwise, int most) {
    return text("limit").map(text -> (int) number("limit", text, 1, most)).orElse(otherwise);
  }

  long pathNumber(String name, long most) {
    return number(name, path(name), 0, most);
  }

  Positions positions(String name) {
    return text(name).map(Positions::parse).orElse(Positions.NONE);
  }

  /// Those of the topic's partitions that are asked for; all when none is named.
  List<Integer> partitions(List<Integer> existing) {
    return text("partitions").map(text -> chosen(text, existing)).orElse(existing);
  }

  private static List<Integer> chosen(String text, List<Integer> existing) {
    return Arrays.stream(text.split(",", -1))
        .map(each -> (int) number("partitions", each, 0, Integer.MAX_VALUE))
        .distinct()
        .peek(each -> checkExists(each, existing))
        .toList();
  }

  static void checkExists(int partition, List<Integer> existing) {
    if (!existing.contains(partition)) {
      throw new Refusal(
          404,
          "partition-not-found",
          "There is no partition %d.".formatted(partition),
          "The topic has partitions 0 to %d.".formatted(existing.size() - 1));
    }
  }

  /// A moment, as ISO 8601 or as milliseconds since 1970.
  OptionalLong moment(String name) {
    var text = text(name);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (text.get().matches("\\d{1,18}")) {
      return OptionalLong.of(Long.parseLong(text.get()));
    }
    try {
      return OptionalLong.of(Instant.parse(text.get()).toEpochMilli());
    } catch (DateTimeException | ArithmeticException notATime) {
      throw Refusal.badRequest(
          "%s=%s is not a time.".formatted(name, text.get()),
          "Give UTC as 2026-03-03T14:05:00.000Z or milliseconds since 1970.");
    }
  }

  private static long number(String name, String text, long least, long most) {
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw wrongNumber(name, text, least, most);
    }
    throw wrongNumber(name, text, least, most);
  }

  private static Refusal wrongNumber(String name, String text, long least, long most) {
    return Refusal.badRequest(
        "%s=%s is out of range.".formatted(name, text),
        "Give a whole number from %d to %d.".formatted(least, most));
  }
}
