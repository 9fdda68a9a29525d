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
import org.junit.jupiter.api.Test;

/// The behaviour Confluent's clients and tools count on when they register and look up, one scene each, over HTTP.
@NullUnmarked
class RegistryApiTest extends RegistryScene {
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
}
