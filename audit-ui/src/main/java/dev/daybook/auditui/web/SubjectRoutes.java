package dev.daybook.auditui.web;

import dev.daybook.auditui.decode.JsonReader;
import dev.daybook.auditui.decode.Undecodable;
import dev.daybook.auditui.upstream.RestClient;
import dev.daybook.auditui.upstream.UpstreamException;
import dev.daybook.auditui.value.Tokens;
import dev.daybook.auditui.value.Value;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.util.Optional;

/// Subjects and their schemas, from the schema registry's REST. A schema leaves as tokens too,
/// because its defaults are numbers like any other.
final class SubjectRoutes {
  private static final int MOST_SUBJECTS = 500;
  private static final int MOST_VERSIONS = 100;

  private final Desk desk;
  private final Optional<RestClient> registry;

  SubjectRoutes(Desk desk, Optional<RestClient> registry) {
    this.desk = desk;
    this.registry = registry;
  }

  void mount(Router router) {
    router.get("/api/subjects").handler(r -> desk.answer(r, this::list));
    router
        .get("/api/subjects/:subject")
        .handler(r -> desk.answer(r, () -> one(new Asked(r).path("subject"))));
  }

  private JsonObject list() throws UpstreamException {
    var answer = new JsonObject().put("configured", registry.isPresent());
    var subjects = new JsonArray();
    if (registry.isEmpty()) {
      return answer.put("subjects", subjects).put("more", 0);
    }
    var names = registry.get().array("/subjects");
    for (var name : names.stream().map(String::valueOf).sorted().limit(MOST_SUBJECTS).toList()) {
      subjects.add(summary(version(registry.get(), name, "latest")));
    }
    return answer.put("subjects", subjects).put("more", names.size() - subjects.size());
  }

  private JsonObject one(String subject) throws UpstreamException {
    var answer = new JsonObject().put("configured", registry.isPresent()).put("subject", subject);
    var versions = new JsonArray();
    if (registry.isEmpty()) {
      return answer.put("versions", versions);
    }
    var numbers = registry.get().array("/subjects/" + RestClient.encode(subject) + "/versions");
    for (int i = numbers.size() - 1; i >= 0 && versions.size() < MOST_VERSIONS; i--) {
      var version = version(registry.get(), subject, numbers.getValue(i).toString());
      versions.add(summary(version).put("schema", tokens(version)));
    }
    return answer
        .put("compatibility", compatibility(registry.get(), subject))
        .put("versions", versions);
  }

  private static JsonObject version(RestClient registry, String subject, String version)
      throws UpstreamException {
    return registry.object("/subjects/" + RestClient.encode(subject) + "/versions/" + version);
  }

  private static JsonObject summary(JsonObject version) {
    return new JsonObject()
        .put("subject", version.getString("subject"))
        .put("version", version.getValue("version"))
        .put("id", version.getValue("id"))
        .put("type", version.getString("schemaType", "AVRO"));
  }

  private static JsonObject tokens(JsonObject version) {
    String text = version.getString("schema", "");
    try {
      return Tokens.full(JsonReader.read(text));
    } catch (Undecodable notJson) {
      return Tokens.full(new Value.Scalar("string", text));
    }
  }

  private static String compatibility(RestClient registry, String subject) {
    try {
      var path = "/config/" + RestClient.encode(subject) + "?defaultToGlobal=true";
      return registry.object(path).getString("compatibilityLevel", "unknown");
    } catch (UpstreamException notTold) {
      return "unknown";
    }
  }
}
