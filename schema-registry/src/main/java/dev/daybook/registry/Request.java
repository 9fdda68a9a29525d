package dev.daybook.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a client asked for. Booleans are read whatever their case, for Python's clients send `True`.
final class Request {
  private static final String DEFAULT_CONTEXT = ":.:";

  private final RoutingContext context;
  private final Buffer body;

  Request(RoutingContext context, Buffer body) {
    this.context = context;
    this.body = body;
  }

  String path(String name) {
    String value = context.pathParam(name);
    return value == null ? "" : value;
  }

  /// The subject in the path, without the name of the default context, the only one there is.
  String subject() {
    return subject(path("subject"));
  }

  static String subject(String name) {
    String plain =
        name.startsWith(DEFAULT_CONTEXT) ? name.substring(DEFAULT_CONTEXT.length()) : name;
    boolean foreign = plain.startsWith(":.") || plain.startsWith(":*:");
    if (plain.isEmpty() || foreign || plain.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.invalidSubject(name);
    }
    return plain;
  }

  VersionNumber version() {
    return VersionNumber.parse(path("version"));
  }

  int id() {
    try {
      return Integer.parseInt(path("id"));
    } catch (NumberFormatException _) {
      throw new Refusal(404, 404, "HTTP 404 Not Found");
    }
  }

  boolean flag(String name) {
    return "true".equalsIgnoreCase(query(name));
  }

  @Nullable String query(String name) {
    List<String> values = context.queryParam(name);
    return values.isEmpty() ? null : values.get(0);
  }

  /// The part of a list that `offset` and `limit` ask for.
  <T> List<T> page(List<T> all, int maxItems) {
    int from = Math.min(Math.max(number("offset", 0), 0), all.size());
    int limit = number("limit", -1);
    int items = limit < 0 ? maxItems : Math.min(limit, maxItems);
    return all.subList(from, (int) Math.min((long) from + items, all.size()));
  }

  private int number(String name, int otherwise) {
    String text = query(name);
    if (text == null) {
      return otherwise;
    }
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new Refusal(404, 404, "HTTP 404 Not Found");
    }
  }

  Buffer body() {
    return body;
  }

  JsonObject json() {
    if (body.length() == 0) {
      throw Refusal.unprocessable("A JSON body is needed.");
    }
    try {
      return new JsonObject(body);
    } catch (DecodeException | ClassCastException e) {
      throw Refusal.badRequest("The body is not a JSON object: " + firstLine(e));
    }
  }

  private static String firstLine(RuntimeException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
