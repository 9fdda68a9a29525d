package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.daybook.registry.RunningRegistry.Answer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A registry over HTTP for one scene, and what scenes ask of it.
@NullUnmarked
abstract class RegistryScene {
  static final String V1 = record("a:\"long\"");
  static final String V2 = record("a:\"long\"", "b:[\"null\",\"string\"]=null");
  static final String INCOMPATIBLE = record("a:\"long\"", "c:\"string\"");

  RunningRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new RunningRegistry(new MemorySchemaLog());
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  static String type(Answer answer) {
    return answer.response().headers().firstValue("Content-Type").orElseThrow();
  }

  static JsonObject compatibility(String level) {
    return new JsonObject().put("compatibility", level);
  }

  static void refused(int status, int code, Answer answer) {
    assertEquals(status, answer.status(), answer.text());
    assertEquals(code, answer.code(), answer.text());
    assertFalse(answer.json().getString("message").isEmpty());
  }
}
