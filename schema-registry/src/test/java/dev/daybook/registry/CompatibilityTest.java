package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Which change is compatible in which direction: `backward` is the new schema reading old data, `forward` the old
/// one reading new data. What Avro lets pass though one might wish it did not is here too, marked so.
class CompatibilityTest {
  private static final String NONE = "[\"null\",\"string\"]";

  private final Schemas schemas =
      new Schemas(List.of(new AvroProvider(Limits.defaults())), Limits.defaults());

  static Stream<Arguments> changes() {
    return Stream.of(
        change("the same schema", record("a:\"int\""), record("a:\"int\""), true, true),
        change(
            "a field with default added",
            record("a:\"int\""),
            record("a:\"int\"", "b:\"int\"=1"),
            true,
            true),
        change(
            "a field without default added",
            record("a:\"int\""),
            record("a:\"int\"", "b:\"int\""),
            false,
            true),
        change(
            "a field without default removed",
            record("a:\"int\"", "b:\"int\""),
            record("a:\"int\""),
            true,
            false),
        change(
            "a field with default removed",
            record("a:\"int\"", "b:\"int\"=1"),
            record("a:\"int\""),
            true,
            true),
        change("a field made nullable", record("a:\"string\""), record("a:" + NONE), true, false),
        change(
            "fields reordered",
            record("a:\"int\"", "b:\"long\""),
            record("b:\"long\"", "a:\"int\""),
            true,
            true),
        change("int to long", "\"int\"", "\"long\"", true, false),
        change("int to float", "\"int\"", "\"float\"", true, false),
        change("int to double", "\"int\"", "\"double\"", true, false),
        change("long to float", "\"long\"", "\"float\"", true, false),
        change("long to double", "\"long\"", "\"double\"", true, false),
        change("float to double", "\"float\"", "\"double\"", true, false),
        change("long to int", "\"long\"", "\"int\"", false, true),
        change("double to long", "\"double\"", "\"long\"", false, true),
        change("string to bytes and back", "\"string\"", "\"bytes\"", true, true),
        change("int to string", "\"int\"", "\"string\"", false, false),
        change("boolean to int", "\"boolean\"", "\"int\"", false, false),
        change("a type wrapped in a union", "\"int\"", "[\"null\",\"int\"]", true, false),
        change("a union of one unwrapped", "[\"int\"]", "\"int\"", true, true),
        change(
            "a branch added to a union",
            "[\"null\",\"int\"]",
            "[\"null\",\"int\",\"string\"]",
            true,
            false),
        change("a branch promoted", "[\"null\",\"int\"]", "[\"null\",\"long\"]", true, false),
        change("array items promoted", array("\"int\""), array("\"long\""), true, false),
        change("array to map", array("\"int\""), map("\"int\""), false, false),
        change("map values changed", map("\"int\""), map("\"string\""), false, false),
        change("an enum symbol added", enumOf("A"), enumOf("A", "B"), true, false),
        change(
            "an enum symbol added, old default",
            enumDefault("A", "A"),
            enumDefault("A", "A", "B"),
            true,
            true),
        change("enum symbols reordered", enumOf("A", "B"), enumOf("B", "A"), true, true),
        change("an enum renamed", enumOf("A"), enumOf("A").replace("\"E\"", "\"F\""), false, false),
        change("a fixed of another size", fixed(4), fixed(8), false, false),
        change("a record renamed", record("a:\"int\""), renamed(""), false, false),
        change(
            "a record renamed with alias",
            record("a:\"int\""),
            renamed(",\"aliases\":[\"R\"]"),
            true,
            false),
        change("a field renamed with alias", record("a:\"int\""), aliased(), true, false),
        change("a record that contains itself", tree("int"), tree("long"), true, false),
        change(
            "Avro ignores: the namespace",
            record("a:\"int\""),
            record("a:\"int\"").replace("\"R\"", "\"n.R\""),
            true,
            true),
        change(
            "Avro ignores: a changed default",
            record("a:\"int\"=1"),
            record("a:\"int\"=2"),
            true,
            true),
        change("Avro ignores: a decimal's scale", decimal(2), decimal(4), true, true),
        change(
            "Avro ignores: millis to micros",
            logical("timestamp-millis"),
            logical("timestamp-micros"),
            true,
            true));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void isJudgedAsAvroJudgesIt(
      String what, String before, String after, boolean backward, boolean forward) {
    var catalog = catalog(before);
    assertEquals(backward, passes(catalog, after, CompatibilityLevel.BACKWARD), what);
    assertEquals(forward, passes(catalog, after, CompatibilityLevel.FORWARD), what);
    assertEquals(backward && forward, passes(catalog, after, CompatibilityLevel.FULL), what);
    assertTrue(passes(catalog, after, CompatibilityLevel.NONE), what);
  }

  @Test
  void transitiveLevelsMindEveryVersion() {
    // Each version goes with the one before it; the third does not go with the first.
    var catalog = catalog(record("a:\"int\"", "b:\"string\"=\"x\""), record("a:\"int\""));
    String third = record("a:\"int\"", "b:\"int\"=0");
    assertTrue(passes(catalog, third, CompatibilityLevel.BACKWARD));
    assertEquals(false, passes(catalog, third, CompatibilityLevel.BACKWARD_TRANSITIVE));
    assertTrue(passes(catalog, third, CompatibilityLevel.FORWARD));
    assertEquals(false, passes(catalog, third, CompatibilityLevel.FORWARD_TRANSITIVE));
    assertTrue(passes(catalog, third, CompatibilityLevel.FULL));
    assertEquals(false, passes(catalog, third, CompatibilityLevel.FULL_TRANSITIVE));
  }

  @Test
  void theReasonsNameTypePathAndVersion() {
    var catalog = catalog(record("a:\"int\""));
    String reasons =
        String.join("\n", reasons(catalog, record("a:\"string\""), CompatibilityLevel.FULL));
    assertTrue(reasons.contains("TYPE_MISMATCH"), reasons);
    assertTrue(reasons.contains("/fields/0/type"), reasons);
    assertTrue(reasons.contains("oldSchemaVersion: 1"), reasons);
  }

  private boolean passes(SchemaCatalog catalog, String after, CompatibilityLevel level) {
    return reasons(catalog, after, level).isEmpty();
  }

  private List<String> reasons(SchemaCatalog catalog, String after, CompatibilityLevel level) {
    ParsedSchema proposed = schemas.parseProposed("AVRO", after, List.of(), catalog);
    return new CompatibilityCheck(proposed, schemas).against(catalog.subject("s"), level, catalog);
  }

  private static SchemaCatalog catalog(String... versions) {
    var catalog = new SchemaCatalog();
    for (int i = 0; i < versions.length; i++) {
      var content = new SchemaContent("AVRO", versions[i], List.of(), null, null);
      catalog.replay(new SchemaRecord.VersionStored("s", i + 1, i + 1, content, false), 1);
    }
    return catalog;
  }

  private static Arguments change(
      String what, String before, String after, boolean backward, boolean forward) {
    return Arguments.of(what, before, after, backward, forward);
  }

  private static String array(String items) {
    return "{\"type\":\"array\",\"items\":" + items + "}";
  }

  private static String map(String values) {
    return "{\"type\":\"map\",\"values\":" + values + "}";
  }

  private static String enumOf(String... symbols) {
    List<String> quoted = new ArrayList<>();
    for (String symbol : symbols) {
      quoted.add('"' + symbol + '"');
    }
    return "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" + String.join(",", quoted) + "]}";
  }

  private static String enumDefault(String fallback, String... symbols) {
    return enumOf(symbols).replace("]}", "],\"default\":\"" + fallback + "\"}");
  }

  private static String fixed(int size) {
    return "{\"type\":\"fixed\",\"name\":\"F\",\"size\":" + size + "}";
  }

  private static String renamed(String more) {
    return "{\"type\":\"record\",\"name\":\"Q\""
        + more
        + ",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}";
  }

  private static String aliased() {
    return "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"z\",\"type\":\"int\",\"aliases\":[\"a\"]}]}";
  }

  private static String tree(String type) {
    return "{\"type\":\"record\",\"name\":\"T\",\"fields\":[{\"name\":\"v\",\"type\":\""
        + type
        + "\"},{\"name\":\"next\",\"type\":[\"null\",\"T\"]}]}";
  }

  private static String decimal(int scale) {
    return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":10,\"scale\":"
        + scale
        + "}";
  }

  private static String logical(String type) {
    return "{\"type\":\"long\",\"logicalType\":\"" + type + "\"}";
  }
}
