package dev.daybook.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/// A schema under its id, with its answer to `GET /schemas/ids/{id}` written once and for all.
final class StoredSchema {
  private final int id;
  private final SchemaContent content;
  private final UUID guid;
  private final long timestampMs;
  private final Buffer answer;

  StoredSchema(int id, SchemaContent content, long timestampMs) {
    this.id = id;
    this.content = content;
    this.guid = content.guid();
    this.timestampMs = timestampMs;
    this.answer = json().toBuffer();
  }

  int id() {
    return id;
  }

  SchemaContent content() {
    return content;
  }

  UUID guid() {
    return guid;
  }

  Buffer answer() {
    return answer;
  }

  JsonObject json() {
    return describe(new JsonObject(), timestampMs);
  }

  /// This schema as a version of a subject.
  JsonObject json(String subject, Subject.Version version) {
    var json =
        new JsonObject().put("subject", subject).put("version", version.version()).put("id", id);
    describe(json, version.timestampMs());
    if (version.deleted()) {
      json.put("deleted", true);
    }
    return json;
  }

  private JsonObject describe(JsonObject json, long ts) {
    json.put("guid", guid.toString()).put("schemaType", content.type());
    return content.putInto(json).put("ts", ts);
  }
}
