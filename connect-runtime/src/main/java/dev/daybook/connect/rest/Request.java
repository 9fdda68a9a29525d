package dev.daybook.connect.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daybook.connect.control.Refused;
import dev.daybook.connect.control.Refused.Reason;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a route needs of an HTTP request, taken out on the event loop so that a virtual thread may read it.
record Request(Map<String, String> path, Map<String, List<String>> query, String body) {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  static Request of(RoutingContext ctx) {
    Map<String, List<String>> query = new LinkedHashMap<>();
    ctx.queryParams().names().forEach(name -> query.put(name, ctx.queryParams().getAll(name)));
    String body = ctx.body().asString();
    return new Request(Map.copyOf(ctx.pathParams()), query, body == null ? "" : body);
  }

  String connector() {
    return path.getOrDefault("connector", "");
  }

  int task() {
    try {
      return Integer.parseInt(path.getOrDefault("task", ""));
    } catch (NumberFormatException e) {
      throw new Refused(Reason.NOT_FOUND, "No task has the number " + path.get("task"));
    }
  }

  boolean flag(String name, boolean otherwise) {
    return query.containsKey(name) ? query.get(name).contains("true") : otherwise;
  }

  /// The body as a JSON object; refused as a bad request if it is something else.
  Map<String, Object> object() {
    try {
      Object parsed = MAPPER.readValue(body, Object.class);
      if (parsed instanceof Map<?, ?> map) {
        Map<String, Object> object = new LinkedHashMap<>();
        map.forEach((key, value) -> object.put(String.valueOf(key), value));
        return object;
      }
      throw new Refused(Reason.BAD_REQUEST, "The body must be a JSON object");
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      String where =
          place == null
              ? ""
              : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")";
      throw new Refused(Reason.BAD_REQUEST, "The body is not valid JSON" + where);
    }
  }

  /// A configuration: single values become text, null stays null, anything nested is refused.
  static Map<String, @Nullable String> config(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new Refused(
          Reason.BAD_REQUEST, "A connector's configuration must be a JSON object of settings");
    }
    Map<String, @Nullable String> config = new LinkedHashMap<>();
    map.forEach(
        (key, setting) -> {
          if (setting instanceof Map || setting instanceof List) {
            throw new Refused(
                Reason.BAD_REQUEST,
                "The setting " + key + " must be a single value, not an object or list");
          }
          config.put(String.valueOf(key), setting == null ? null : String.valueOf(setting));
        });
    return config;
  }

  /// The same, with settings that are null left out.
  static Map<String, String> settings(@Nullable Object value) {
    Map<String, String> settings = new LinkedHashMap<>();
    config(value)
        .forEach(
            (key, setting) -> {
              if (setting != null) {
                settings.put(key, setting);
              }
            });
    return settings;
  }
}
