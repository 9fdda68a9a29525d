package dev.daybook.connect.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An HTTP answer: a status, a body to be written as JSON (none if null), and a Location if something was created.
record Answer(int status, @Nullable Object body, @Nullable String location) {

  static Answer ok(Object body) {
    return new Answer(200, body, null);
  }

  static Answer empty(int status) {
    return new Answer(status, null, null);
  }

  static Answer error(int status, String message) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("error_code", status);
    body.put("message", message);
    return new Answer(status, body, null);
  }
}
