package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static dev.daybook.registry.RunningRegistry.schema;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.RunningRegistry.Answer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The behaviour Confluent's clients and tools count on, one scene each, over HTTP.
@NullUnmarked
class RegistryApiTest {
  private static final String V1 = record("a:\"long\"");
  private static final String V2 = record("a:\"long\"", "b:[\"null\",\"string\"]=null");
  private static final String INCOMPATIBLE = record("a:\"long\"", "c:\"string\"");

  private RunningRegistry registry;

  @BeforeEach
  void start() throws Exception {
    registry = new RunningRegistry(new MemorySchemaLog());
  }

  @AfterEach
  void stop() throws Exception {
    registry.close();
  }

  @Test
  void registeringAnswersIdVersionGuidAndSchema() throws Exception {
    Answer answer = registry.post("/subjects/s-value/versions", schema("{\"type\": \"string\"}"));
    assertEquals(200, answer.status());
    JsonObject json = answer.json();
    assertEquals(1, json.getInteger("id"));
    assertEquals(1, json.getInteger("version"));
    assertEquals("AVRO", json.getString("schemaType"));
    assertEquals("\"string\"", json.getString("schema"));
    // The MD5 of the stored text, as Confluent names schemas too.
    assertEquals("095d71cf-1255-6b9d-5e33-0ad575b3df5d", json.getString("guid"));
    assertTrue(json.getLong("ts") > 0);
    assertFalse(json.containsKey("subject"));
  }

  @Test
  void registeringAgainAnswersTheSame() throws Exception {
    assertEquals(1, registry.register("s", V1));
    assertEquals(1, registry.register("s", " " + V1.replace(":", " : ")));
    assertEquals("[1]", registry.get("/subjects/s/versions").text());
  }

  @Test
  void oneContentHasOneIdInAllSubjects() throws Exception {
    int id = registry.register("s", V1);
    assertEquals(id, registry.register("t", V1));
    assertEquals(id + 1, registry.register("t", V2));
    assertEquals(
        new JsonArray("[{\"subject\":\"s\",\"version\":1},{\"subject\":\"t\",\"version\":1}]"),
        registry.get("/schemas/ids/" + id + "/versions").array());
    assertEquals(
        new JsonArray("[\"s\",\"t\"]"), registry.get("/schemas/ids/" + id + "/subjects").array());
    assertEquals(
        new JsonArray("[\"t\"]"),
        registry.get("/schemas/ids/" + id + "/subjects?subject=t").array());
  }

  @Test
  void schemasAreFoundById() throws Exception {
    int id = registry.register("s", V1);
    JsonObject json = registry.get("/schemas/ids/" + id).json();
    assertEquals(new JsonObject(V1), new JsonObject(json.getString("schema")));
    assertEquals("AVRO", json.getString("schemaType"));
    assertNull(json.getString("subject"));
    JsonObject used = registry.get("/schemas/ids/" + id + "?subject=s&fetchMaxId=True").json();
    assertEquals("s", used.getString("subject"));
    assertEquals(1, used.getInteger("version"));
    assertEquals(1, used.getInteger("maxId"));
    assertEquals(json.getString("schema"), registry.get("/schemas/ids/" + id + "/schema").text());
    refused(404, 40403, registry.get("/schemas/ids/99"));
    refused(404, 404, registry.get("/schemas/ids/abc"));
  }

  @Test
  void schemasAreFoundByGuid() throws Exception {
    String guid = registry.post("/subjects/s/versions", schema(V1)).json().getString("guid");
    assertEquals(guid, registry.get("/schemas/guids/" + guid).json().getString("guid"));
    assertEquals(
        "[{\"context\":\".\",\"id\":1}]", registry.get("/schemas/guids/" + guid + "/ids").text());
    refused(404, 40403, registry.get("/schemas/guids/nonsense"));
  }

  @Test
  void schemasAreFoundByContent() throws Exception {
    registry.register("s", V1);
    JsonObject found = registry.post("/subjects/s", schema(V1)).json();
    assertEquals("s", found.getString("subject"));
    assertEquals(1, found.getInteger("id"));
    assertEquals(1, found.getInteger("version"));
    assertFalse(found.containsKey("deleted"));
    refused(404, 40403, registry.post("/subjects/s", schema(V2)));
    refused(404, 40401, registry.post("/subjects/unknown", schema(V1)));
  }

  @Test
  void versionsAreFoundByNumberAndAsLatest() throws Exception {
    registry.register("s", V1);
    registry.register("s", V2);
    assertEquals(1, registry.get("/subjects/s/versions/1").json().getInteger("version"));
    for (String latest : List.of("latest", "-1", "2")) {
      JsonObject json = registry.get("/subjects/s/versions/" + latest).json();
      assertEquals(2, json.getInteger("version"));
      assertEquals(2, json.getInteger("id"));
    }
    assertEquals(
        registry.get("/schemas/ids/2/schema").text(),
        registry.get("/subjects/s/versions/latest/schema").text());
    refused(404, 40402, registry.get("/subjects/s/versions/3"));
    refused(404, 40401, registry.get("/subjects/unknown/versions/1"));
    refused(404, 40401, registry.get("/subjects/unknown/versions"));
    for (String bad : List.of("0", "abc", "-2", "2147483648")) {
      refused(422, 42202, registry.get("/subjects/s/versions/" + bad));
    }
  }

  @Test
  void subjectsAreListedByPrefixAndPage() throws Exception {
    for (String name : List.of("b-value", "a-value", "a-key")) {
      registry.register(name, V1);
    }
    assertEquals("[\"a-key\",\"a-value\",\"b-value\"]", registry.get("/subjects").text());
    assertEquals("[\"a-key\",\"a-value\"]", registry.get("/subjects?subjectPrefix=a").text());
    assertEquals("[\"b-value\"]", registry.get("/subjects?subjectPrefix=:*:b").text());
    assertEquals("[\"a-value\"]", registry.get("/subjects?offset=1&limit=1").text());
    assertEquals("[]", registry.get("/subjects?offset=9").text());
    assertEquals(3, registry.get("/schemas").array().size());
    assertEquals(
        "a-key", registry.get("/schemas?limit=1").array().getJsonObject(0).getString("subject"));
  }

  @Test
  void allSchemasCanBeTheLatestOnly() throws Exception {
    registry.register("s", V1);
    registry.register("s", V2);
    assertEquals(2, registry.get("/schemas").array().size());
    JsonArray latest = registry.get("/schemas?latestOnly=true").array();
    assertEquals(1, latest.size());
    assertEquals(2, latest.getJsonObject(0).getInteger("version"));
  }

  @Test
  void oddSubjectNamesWork() throws Exception {
    String name = "a%2Fb%20%C3%A4%3F";
    registry.register(name, V1);
    assertEquals(new JsonArray().add("a/b \u00e4?"), registry.get("/subjects").array());
    assertEquals("[1]", registry.get("/subjects/" + name + "/versions").text());
    assertEquals("[1]", registry.get("/subjects/:.:a%2Fb%20%C3%A4%3F/versions").text());
    refused(422, 42208, registry.post("/subjects/%01/versions", schema(V1)));
    refused(422, 42208, registry.post("/subjects/:.other:s/versions", schema(V1)));
  }

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
  void brokenSchemasAreRefused() throws Exception {
    for (String bad :
        List.of(
            "",
            "nonsense",
            "{\"type\":\"record\"}",
            "{\"type\":\"nope\"}",
            "[\"null\",\"null\"]",
            "{\"type\":\"record\",\"name\":\"a-b\",\"fields\":[]}",
            "\"string\" trailing",
            record("a:\"int\"=\"text\""))) {
      refused(422, 42201, registry.post("/subjects/s/versions", schema(bad)));
    }
    refused(
        422,
        42201,
        registry.post("/subjects/s/versions", schema(V1).put("schemaType", "PROTOBUF")));
    refused(422, 422, registry.post("/subjects/s/versions", schema(V1).put("metadata", "text")));
    refused(
        400,
        400,
        registry.send("POST", "/subjects/s/versions", "{", "Content-Type", MediaTypes.DEFAULT));
    refused(
        422,
        422,
        registry.send("POST", "/subjects/s/versions", "", "Content-Type", MediaTypes.DEFAULT));
    refused(404, 40401, registry.get("/subjects/s/versions"));
  }

  @Test
  void unknownKeysOfTheBodyAreIgnored() throws Exception {
    Answer answer =
        registry.post(
            "/subjects/s/versions",
            schema(V1)
                .put("schemaTagsToAdd", new JsonArray())
                .put("whatever", 1)
                .put("id", -1)
                .put("version", 0));
    assertEquals(200, answer.status(), answer.text());
  }

  @Test
  void anExplicitVersionIsACompareAndSet() throws Exception {
    registry.register("s", V1);
    refused(422, 42201, registry.post("/subjects/s/versions", schema(V2).put("version", 3)));
    assertEquals(
        2,
        registry
            .post("/subjects/s/versions", schema(V2).put("version", 2))
            .json()
            .getInteger("version"));
  }

  @Test
  void metadataAndRulesAreKeptAndPartOfTheIdentity() throws Exception {
    var metadata = new JsonObject("{\"properties\":{\"owner\":\"shop\"}}");
    var rules =
        new JsonObject(
            "{\"domainRules\":[{\"name\":\"positive\",\"kind\":\"CONDITION\",\"mode\":\"WRITE\",\"type\":\"CEL\",\"expr\":\"message.a > 0\"}]}");
    int plain = registry.register("s", V1);
    JsonObject with =
        registry.post("/subjects/s/versions", schema(V1).put("metadata", metadata)).json();
    assertEquals(metadata, with.getJsonObject("metadata"));
    assertFalse(with.getInteger("id").equals(plain));
    JsonObject copied =
        registry
            .post(
                "/subjects/s/versions",
                new JsonObject().put("metadata", metadata).put("ruleSet", rules))
            .json();
    assertEquals(with.getString("schema"), copied.getString("schema"));
    assertEquals(
        rules,
        registry.get("/schemas/ids/" + copied.getInteger("id")).json().getJsonObject("ruleSet"));
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
  void theNormalFormIsUsedWhenAskedFor() throws Exception {
    String one = "{\"type\":\"record\",\"name\":\"R\",\"z\":1,\"b\":2,\"fields\":[]}";
    String two = "{\"b\":2,\"z\":1,\"fields\":[],\"name\":\"R\",\"type\":\"record\"}";
    int plain = registry.register("s", one);
    assertFalse(plain == registry.register("s", two));
    int normal =
        registry.post("/subjects/t/versions?normalize=True", schema(one)).json().getInteger("id");
    assertEquals(
        normal,
        registry.post("/subjects/t/versions?normalize=true", schema(two)).json().getInteger("id"));
    registry.put("/config/u", new JsonObject().put("normalize", true));
    assertEquals(normal, registry.register("u", two));
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

  @Test
  void itTellsAboutItself() throws Exception {
    assertEquals("[\"AVRO\"]", registry.get("/schemas/types").text());
    assertEquals("[\".\"]", registry.get("/contexts").text());
    assertEquals("{}", registry.get("/").text());
    assertEquals("{}", registry.post("/", new JsonObject()).text());
    assertNotNull(registry.get("/v1/metadata/version").json().getString("version"));
    assertNotNull(registry.get("/v1/metadata/id").json().getJsonObject("scope"));
  }

  @Test
  void mediaTypesAreThoseOfConfluentAndNeverA406() throws Exception {
    String path = "/subjects/s/versions";
    String body = schema(V1).encode();
    for (String type :
        List.of(
            "application/vnd.schemaregistry.v1+json",
            "application/vnd.schemaregistry+json; charset=utf-8",
            "application/json",
            "application/octet-stream")) {
      assertEquals(200, registry.send("POST", path, body, "Content-Type", type).status(), type);
    }
    refused(415, 415, registry.send("POST", path, body, "Content-Type", "text/plain"));
    refused(
        415,
        415,
        registry.send("POST", path, body, "Content-Type", "application/x-www-form-urlencoded"));
    refused(415, 415, registry.send("POST", path, body, "X-Other", "1"));
    assertEquals(
        MediaTypes.DEFAULT,
        type(
            registry.send(
                "GET",
                "/subjects",
                null,
                "Accept",
                "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2")));
    assertEquals(
        "application/json",
        type(registry.send("GET", "/subjects", null, "Accept", "application/json")));
    assertEquals(
        "application/vnd.schemaregistry+json",
        type(
            registry.send(
                "GET", "/schemas/ids/9", null, "Accept", "application/vnd.schemaregistry+json")));
  }

  @Test
  void unknownPathsAndMethodsAreTold() throws Exception {
    refused(404, 404, registry.get("/nowhere"));
    refused(
        405,
        405,
        registry.send("PUT", "/subjects/s/versions", "{}", "Content-Type", MediaTypes.DEFAULT));
    refused(405, 405, registry.delete("/schemas/types"));
  }

  @Test
  void whatNeverChangesMayBeCached() throws Exception {
    int id = registry.register("s", V1);
    Answer first = registry.get("/schemas/ids/" + id);
    String tag = first.response().headers().firstValue("ETag").orElseThrow();
    assertTrue(
        first.response().headers().firstValue("Cache-Control").orElseThrow().contains("max-age"));
    assertEquals(
        304, registry.send("GET", "/schemas/ids/" + id, null, "If-None-Match", tag).status());
    for (String path : List.of("/subjects/s/versions/latest", "/config")) {
      assertEquals(
          "no-cache",
          registry.get(path).response().headers().firstValue("Cache-Control").orElseThrow());
    }
    assertEquals(
        "no-store",
        registry
            .get("/schemas/ids/77")
            .response()
            .headers()
            .firstValue("Cache-Control")
            .orElseThrow());
  }

  private static String type(Answer answer) {
    return answer.response().headers().firstValue("Content-Type").orElseThrow();
  }

  private static JsonObject compatibility(String level) {
    return new JsonObject().put("compatibility", level);
  }

  private static void refused(int status, int code, Answer answer) {
    assertEquals(status, answer.status(), answer.text());
    assertEquals(code, answer.code(), answer.text());
    assertFalse(answer.json().getString("message").isEmpty());
  }
}
