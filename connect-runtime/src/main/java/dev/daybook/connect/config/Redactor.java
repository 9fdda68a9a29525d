package dev.daybook.connect.config;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes known secret values out of texts that leave the runtime: messages, stack traces, log lines.
public final class Redactor {

  /// Shorter values are no secrets, and replacing them would only garble the text.
  private static final int MIN_LENGTH = 3;

  private final List<String> values;

  public Redactor(Collection<String> secretValues) {
    this.values =
        secretValues.stream()
            .map(String::trim)
            .filter(value -> value.length() >= MIN_LENGTH && !value.equals(Secrets.MASK))
            .flatMap(
                value ->
                    Stream.of(
                        value, URLEncoder.encode(value, StandardCharsets.UTF_8), escaped(value)))
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  public String redact(@Nullable String text) {
    String safe = text == null ? "" : text;
    for (String value : values) {
      safe = safe.replace(value, Secrets.MASK);
    }
    return safe;
  }

  /// The stack trace of a failure, fit to be shown.
  public String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return redact(trace.toString());
  }
}
