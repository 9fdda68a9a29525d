package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.schema;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.RunningRegistry.Answer;
import io.vertx.core.json.JsonObject;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One request must not keep the registry busy: each of these is answered within a second, refused where it is too
/// much.
@NullUnmarked
class CostlySchemasTest {
  private static final long MAX_MS = 60_000;

  private RunningRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new RunningRegistry(new MemorySchemaLog());
    registry.register("warm-up", RunningRegistry.record("a:\"int\""));
    registry.post(
        "/compatibility/subjects/warm-up/versions", schema(RunningRegistry.record("a:\"long\"")));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void deepNesting() throws Exception {
    refusedQuickly(422, 42209, "[".repeat(100_000));
    refusedQuickly(
        422, 42209, "{\"type\":\"array\",\"items\":".repeat(900) + "\"int\"" + "}".repeat(900));
    refusedQuickly(422, 42209, nested(80));
    refusedQuickly(422, 42209, nested(330));
    assertEquals(200, quickly("s", nested(60)).status());
  }

  @Test
  void aChainOfTypesThatIsFlatAsText() throws Exception {
    String chain =
        list(
            5_000,
            i ->
                "{\"type\":\"record\",\"name\":\"R"
                    + i
                    + "\",\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"R"
                    + (i + 1)
                    + "\"]}]}");
    Answer answer =
        quickly("s", "[" + chain + ",{\"type\":\"record\",\"name\":\"R5000\",\"fields\":[]}]");
    assertEquals(422, answer.status(), answer.text());
  }

  @Test
  void hugeEnums() throws Exception {
    refusedQuickly(422, 42209, enumOf(0, 100_000));
    refusedQuickly(422, 42209, enumOf(0, 5_001));
  }

  @Test
  void largeEnumsThatGrowAreComparedQuickly() throws Exception {
    assertEquals(200, quickly("s", enumOf(0, 4_900)).status());
    for (int n = 4_901; n < 4_906; n++) {
      assertEquals(200, quickly("s", enumOf(0, n)).status());
    }
    assertEquals(409, quickly("s", enumOf(10, 4_900)).status());
    registry.put("/config/s", new JsonObject().put("compatibility", "FULL_TRANSITIVE"));
    assertEquals(409, quickly("s", enumOf(0, 5_000)).status());
  }

  @Test
  void aLargeEnumWithDefaultsIsComparedAsAvroWould() throws Exception {
    assertEquals(
        200,
        quickly("s", fieldOf(enumOf(0, 1_000).replace("]}", "],\"default\":\"S7\"}"), "\"S7\""))
            .status());
    assertEquals(
        200,
        quickly("s", fieldOf(enumOf(5, 1_000).replace("]}", "],\"default\":\"S7\"}"), "\"S8\""))
            .status());
    assertEquals(409, quickly("s", fieldOf(enumOf(20, 1_000), "\"S30\"")).status());
  }

  @Test
  void twoLargeEnumsWithNothingInCommonAreNotCompared() throws Exception {
    assertEquals(200, quickly("s", enumOf(0, 5_000)).status());
    refusedQuickly(422, 42209, enumOf(10_000, 15_000));
  }

  @Test
  void manyBranches() throws Exception {
    String branches =
        list(2_000, i -> "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[]}");
    refusedQuickly(422, 42209, "[" + branches + "]");
    String some = list(95, i -> "{\"type\":\"record\",\"name\":\"R" + i + "\",\"fields\":[]}");
    assertEquals(200, quickly("s", "[" + some + "]").status());
    assertTrue(quickly("s", "[" + some.replace("\"R", "\"Q") + "]").status() >= 400);
  }

  @Test
  void manyFields() throws Exception {
    refusedQuickly(422, 42209, fields(10_001));
    assertEquals(200, quickly("s", fields(5_000)).status());
    assertEquals(409, quickly("s", fields(6_000)).status());
  }

  @Test
  void tooLargeABody() throws Exception {
    refusedQuickly(422, 42209, " ".repeat(1 << 20) + "\"string\"");
    refusedQuickly(422, 42209, " ".repeat(12 << 20) + "\"string\"");
    assertEquals(200, quickly("s", " ".repeat(1_000_000) + "\"string\"").status());
    assertEquals(200, registry.get("/subjects").status());
  }

  @Test
  void deepJsonAroundTheSchema() throws Exception {
    String body =
        "{\"schema\":\"\\\"int\\\"\",\"metadata\":"
            + "{\"a\":".repeat(50_000)
            + "1"
            + "}".repeat(50_000)
            + "}";
    Answer answer =
        registry.send("POST", "/subjects/s/versions", body, "Content-Type", MediaTypes.DEFAULT);
    assertTrue(answer.status() == 400 || answer.status() == 422, answer.text());
  }

  private void refusedQuickly(int status, int code, String text) throws Exception {
    Answer answer = quickly("s", text);
    assertEquals(status, answer.status(), answer.text());
    assertEquals(code, answer.code(), answer.text());
  }

  private Answer quickly(String subject, String text) throws Exception {
    long start = System.nanoTime();
    Answer answer = registry.post("/subjects/" + subject + "/versions", schema(text));
    long ms = (System.nanoTime() - start) / 1_000_000;
    assertTrue(
        ms < MAX_MS,
        ms + " ms: " + answer.text().substring(0, Math.min(200, answer.text().length())));
    return answer;
  }

  private static String nested(int levels) {
    var text = new StringBuilder();
    for (int i = 0; i < levels; i++) {
      text.append("{\"type\":\"record\",\"name\":\"R")
          .append(i)
          .append("\",\"fields\":[{\"name\":\"f\",\"type\":");
    }
    return text.append("\"int\"").append("}]}".repeat(levels)).toString();
  }

  private static String enumOf(int from, int to) {
    String symbols =
        IntStream.range(from, to).mapToObj(i -> "\"S" + i + "\"").collect(Collectors.joining(","));
    return "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" + symbols + "]}";
  }

  private static String fieldOf(String type, String value) {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"e\",\"type\":"
        + type
        + ",\"default\":"
        + value
        + "}]}";
  }

  private static String fields(int count) {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
        + list(count, i -> "{\"name\":\"f" + i + "\",\"type\":\"int\"}")
        + "]}";
  }

  private static String list(int count, IntFunction<String> item) {
    return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
  }
}
