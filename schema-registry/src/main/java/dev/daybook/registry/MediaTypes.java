package dev.daybook.registry;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The media types of Confluent's API. A body needs one of them, so that no web page's form can write here; an
/// answer is given in the first one the client names, and in the default where it names none: never a 406, for the
/// Java clients ask for HTML and images.
final class MediaTypes {
  static final String DEFAULT = "application/vnd.schemaregistry.v1+json";
  private static final List<String> ANSWERED =
      List.of(DEFAULT, "application/vnd.schemaregistry+json", "application/json");
  private static final String BINARY = "application/octet-stream";

  private MediaTypes() {}

  static boolean accepted(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = contentType.toLowerCase(Locale.ROOT);
    int parameters = type.indexOf(';');
    type = (parameters < 0 ? type : type.substring(0, parameters)).trim();
    return ANSWERED.contains(type) || type.equals(BINARY);
  }

  static String answer(@Nullable String accept) {
    if (accept == null) {
      return DEFAULT;
    }
    String asked = accept.toLowerCase(Locale.ROOT);
    String best = DEFAULT;
    int bestAt = Integer.MAX_VALUE;
    for (String type : ANSWERED) {
      int at = asked.indexOf(type);
      if (at >= 0 && at < bestAt) {
        best = type;
        bestAt = at;
      }
    }
    return best;
  }
}
