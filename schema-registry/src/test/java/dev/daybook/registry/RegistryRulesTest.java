package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static dev.daybook.registry.RunningRegistry.schema;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.RunningRegistry.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// What the registry refuses, forgets and takes over, as Confluent's clients and tools count on, one scene each, over HTTP.
@NullUnmarked
class RegistryRulesTest extends RegistryScene {
  @Test
  void anIncompatibleSchemaIsRefusedWithItsReasons() throws Exception {
    registry.register("s", V1);
    Answer refused = registry.post("/subjects/s/versions", schema(INCOMPATIBLE));
    refused(409, 40901, refused);
    String message = refused.json().getString("message");
    for (String part :
        List.of("READER_FIELD_MISSING_DEFAULT_VALUE", "oldSchemaVersion: 1", "BACKWARD")) {
      assertTrue(message.contains(part), message);
    }
    assertEquals("[1]", registry.get("/subjects/s/versions").text());
  }

  @Test
  void theOlderErrorCodeCanBeAskedFor() throws Exception {
    var old = RunningRegistry.config();
    var config =
        new SchemaRegistryConfig(
            old.bootstrapServers(),
            old.topic(),
            old.limits(),
            409,
            old.writeTimeout(),
            old.kafkaSettings());
    try (var older = new RunningRegistry(new MemorySchemaLog(), config)) {
      older.awaitReady();
      older.register("s", V1);
      refused(409, 409, older.post("/subjects/s/versions", schema(INCOMPATIBLE)));
    }
  }

  @Test
  void configIsPerSubjectOverGlobal() throws Exception {
    assertEquals("{\"compatibilityLevel\":\"BACKWARD\"}", registry.get("/config").text());
    refused(404, 40408, registry.get("/config/s"));
    assertEquals(
        "{\"compatibilityLevel\":\"BACKWARD\"}",
        registry.get("/config/s?defaultToGlobal=true").text());
    assertEquals(
        "{\"compatibility\":\"FULL\"}", registry.put("/config/s", compatibility("FULL")).text());
    assertEquals("{\"compatibilityLevel\":\"FULL\"}", registry.get("/config/s").text());
    assertEquals(
        "{\"compatibility\":\"NONE\"}", registry.put("/config", compatibility("none")).text());
    assertEquals("{\"compatibilityLevel\":\"NONE\"}", registry.get("/config").text());
    assertEquals("{\"compatibilityLevel\":\"FULL\"}", registry.delete("/config/s").text());
    refused(404, 40401, registry.delete("/config/s"));
    assertEquals("{\"compatibilityLevel\":\"NONE\"}", registry.delete("/config").text());
    assertEquals("{\"compatibilityLevel\":\"BACKWARD\"}", registry.get("/config").text());
    refused(422, 42203, registry.put("/config/s", compatibility("SIDEWAYS")));
    refused(422, 42203, registry.put("/config/s", new JsonObject()));
  }

  @Test
  void aSubjectsLevelDecides() throws Exception {
    registry.register("s", V1);
    registry.put("/config/s", compatibility("NONE"));
    registry.register("s", INCOMPATIBLE);
    registry.put("/config/s", compatibility("BACKWARD"));
    refused(409, 40901, registry.post("/subjects/s/versions", schema(record("z:\"int\""))));
  }

  @Test
  void compatibilityCanBeAskedBeforeRegistering() throws Exception {
    registry.register("s", V1);
    registry.register("s", V2);
    String latest = "/compatibility/subjects/s/versions/latest";
    assertEquals("{\"is_compatible\":true}", registry.post(latest, schema(V1)).text());
    assertEquals("{\"is_compatible\":false}", registry.post(latest, schema(INCOMPATIBLE)).text());
    JsonObject verbose = registry.post(latest + "?verbose=True", schema(INCOMPATIBLE)).json();
    assertFalse(verbose.getBoolean("is_compatible"));
    assertFalse(verbose.getJsonArray("messages").isEmpty());
    assertEquals(
        "{\"is_compatible\":true,\"messages\":[]}",
        registry.post(latest + "?verbose=true", schema(V1)).text());
    assertEquals(
        "{\"is_compatible\":true}",
        registry.post("/compatibility/subjects/new/versions/latest", schema(V1)).text());
    assertEquals(
        "{\"is_compatible\":true}",
        registry.post("/compatibility/subjects/new/versions", schema(V1)).text());
    assertEquals(
        "{\"is_compatible\":false}",
        registry.post("/compatibility/subjects/s/versions", schema(INCOMPATIBLE)).text());
    refused(404, 40402, registry.post("/compatibility/subjects/s/versions/9", schema(V1)));
    refused(404, 40402, registry.post("/compatibility/subjects/new/versions/1", schema(V1)));
    refused(422, 42202, registry.post("/compatibility/subjects/s/versions/x", schema(V1)));
    refused(422, 42201, registry.post(latest, schema("nonsense")));
    JsonObject invalid = registry.post(latest + "?verbose=true", schema("nonsense")).json();
    assertFalse(invalid.getBoolean("is_compatible"));
    assertEquals(1, invalid.getJsonArray("messages").size());
  }

  @Test
  void deletingAVersionIsSoftThenForGood() throws Exception {
    int id = registry.register("s", V1);
    registry.register("s", V2);
    refused(404, 40407, registry.delete("/subjects/s/versions/1?permanent=true"));
    assertEquals("1", registry.delete("/subjects/s/versions/1").text());
    refused(404, 40406, registry.delete("/subjects/s/versions/1"));
    assertEquals("[2]", registry.get("/subjects/s/versions").text());
    assertEquals("[1,2]", registry.get("/subjects/s/versions?deleted=true").text());
    assertEquals("[1]", registry.get("/subjects/s/versions?deletedOnly=TRUE").text());
    refused(404, 40402, registry.get("/subjects/s/versions/1"));
    assertTrue(registry.get("/subjects/s/versions/1?deleted=true").json().getBoolean("deleted"));
    assertEquals(200, registry.get("/schemas/ids/" + id).status());
    refused(404, 40403, registry.post("/subjects/s", schema(V1)));
    assertEquals(
        1, registry.post("/subjects/s?deleted=True", schema(V1)).json().getInteger("version"));
    assertEquals("1", registry.delete("/subjects/s/versions/1?permanent=True").text());
    refused(404, 40403, registry.get("/schemas/ids/" + id));
    assertEquals("2", registry.delete("/subjects/s/versions/latest").text());
    refused(404, 40401, registry.delete("/subjects/unknown/versions/1"));
  }

  @Test
  void deletingASubjectIsSoftThenForGood() throws Exception {
    registry.register("s", V1);
    registry.register("s", V2);
    registry.put("/config/s", compatibility("FULL"));
    refused(404, 40405, registry.delete("/subjects/s?permanent=true"));
    assertEquals("[1,2]", registry.delete("/subjects/s").text());
    refused(404, 40404, registry.delete("/subjects/s"));
    assertEquals("[]", registry.get("/subjects").text());
    assertEquals("[\"s\"]", registry.get("/subjects?deleted=true").text());
    assertEquals("[\"s\"]", registry.get("/subjects?deletedOnly=true").text());
    assertEquals("[1,2]", registry.delete("/subjects/s?permanent=true").text());
    refused(404, 40401, registry.delete("/subjects/s"));
    refused(404, 40408, registry.get("/config/s"));
    assertEquals(3, registry.register("s", V1));
    assertEquals("[1]", registry.get("/subjects/s/versions").text());
  }

  @Test
  void aDeletedSchemaComesBackUnderItsIdAsANewVersion() throws Exception {
    int id = registry.register("s", V1);
    registry.delete("/subjects/s/versions/1");
    Answer again = registry.post("/subjects/s/versions", schema(V1));
    assertEquals(id, again.json().getInteger("id"));
    assertEquals(2, again.json().getInteger("version"));
    assertEquals("[2]", registry.get("/subjects/s/versions?deleted=true").text());
  }

  @Test
  void compatibilityIgnoresDeletedVersions() throws Exception {
    registry.register("s", V1);
    registry.delete("/subjects/s/versions/1");
    registry.register("s", INCOMPATIBLE);
    assertEquals("[2]", registry.get("/subjects/s/versions").text());
  }

  @Test
  void schemasReferToOthers() throws Exception {
    registry.register(
        "address",
        "{\"type\":\"record\",\"name\":\"n.Address\",\"fields\":[{\"name\":\"street\",\"type\":\"string\"}]}");
    String person =
        "{\"type\":\"record\",\"name\":\"n.Person\",\"fields\":[{\"name\":\"home\",\"type\":\"Address\"}]}";
    var reference =
        new JsonObject().put("name", "n.Address").put("subject", "address").put("version", 1);
    var body = schema(person).put("references", new JsonArray().add(reference));
    refused(422, 42201, registry.post("/subjects/person/versions", schema(person)));
    Answer registered = registry.post("/subjects/person/versions", body);
    assertEquals(200, registered.status(), registered.text());
    JsonObject json = registry.get("/schemas/ids/" + registered.json().getInteger("id")).json();
    assertEquals(new JsonArray().add(reference), json.getJsonArray("references"));
    assertFalse(json.getString("schema").contains("street"), json.getString("schema"));
    assertEquals("[2]", registry.get("/subjects/address/versions/1/referencedby").text());
    refused(422, 42206, registry.delete("/subjects/address"));
    refused(422, 42206, registry.delete("/subjects/address/versions/1"));
    registry.delete("/subjects/person");
    assertEquals("[1]", registry.delete("/subjects/address").text());
    refused(422, 42206, registry.delete("/subjects/address?permanent=true"));
    registry.delete("/subjects/person?permanent=true");
    assertEquals("[1]", registry.delete("/subjects/address?permanent=true").text());
    refused(422, 42201, registry.post("/subjects/person/versions", body));
  }

  @Test
  void aReadOnlySubjectRefusesWrites() throws Exception {
    assertEquals("{\"mode\":\"READWRITE\"}", registry.get("/mode").text());
    refused(404, 40409, registry.get("/mode/s"));
    assertEquals("{\"mode\":\"READWRITE\"}", registry.get("/mode/s?defaultToGlobal=True").text());
    registry.register("s", V1);
    assertEquals(
        "{\"mode\":\"READONLY\"}",
        registry.put("/mode/s", new JsonObject().put("mode", "READONLY")).text());
    assertEquals("{\"mode\":\"READONLY\"}", registry.get("/mode/s").text());
    refused(422, 42205, registry.post("/subjects/s/versions", schema(V2)));
    refused(422, 42205, registry.delete("/subjects/s"));
    assertEquals(1, registry.register("s", V1));
    assertEquals(2, registry.register("t", V2));
    assertEquals("{\"mode\":\"READONLY\"}", registry.delete("/mode/s").text());
    registry.register("s", V2);
    registry.put("/mode", new JsonObject().put("mode", "READONLY_OVERRIDE"));
    refused(422, 42205, registry.post("/subjects/u/versions", schema(V1)));
    refused(422, 42204, registry.put("/mode", new JsonObject().put("mode", "ASLEEP")));
  }

  @Test
  void importKeepsIdsAndVersions() throws Exception {
    registry.register("s", V1);
    refused(422, 42205, registry.post("/subjects/t/versions", schema(V2).put("id", 42)));
    refused(422, 42205, registry.put("/mode", new JsonObject().put("mode", "IMPORT")));
    registry.put("/mode/t", new JsonObject().put("mode", "IMPORT"));
    JsonObject imported =
        registry.post("/subjects/t/versions", schema(V2).put("id", 42).put("version", 7)).json();
    assertEquals(42, imported.getInteger("id"));
    assertEquals(7, imported.getInteger("version"));
    refused(
        422,
        42207,
        registry.post(
            "/subjects/t/versions", schema(INCOMPATIBLE).put("id", 42).put("version", 8)));
    registry.put("/mode/t", new JsonObject().put("mode", "READWRITE"));
    assertEquals(43, registry.register("u", INCOMPATIBLE));
  }
}
