package dev.daybook.registry;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of `_schemas`, drawn in package-info.
final class RecordFormat {
  private RecordFormat() {}

  static byte[] key(SchemaRecord record) {
    return bytes(
        switch (record) {
          case SchemaRecord.VersionStored r -> versionKey(r.subject(), r.version());
          case SchemaRecord.VersionErased r -> versionKey(r.subject(), r.version());
          case SchemaRecord.ConfigSet r -> subjectKey("CONFIG", r.subject());
          case SchemaRecord.ModeSet r -> subjectKey("MODE", r.subject());
          case SchemaRecord.SubjectDeleted r -> subjectKey("DELETE_SUBJECT", r.subject());
          case SchemaRecord.SubjectCleared r -> subjectKey("CLEAR_SUBJECT", r.subject());
          case SchemaRecord.Mark _ -> new JsonObject().put("keytype", "NOOP").put("magic", 0);
        });
  }

  static byte @Nullable [] value(SchemaRecord record) {
    JsonObject value =
        switch (record) {
          case SchemaRecord.VersionStored r -> versionValue(r);
          case SchemaRecord.VersionErased _ -> null;
          case SchemaRecord.ConfigSet r -> configValue(r);
          case SchemaRecord.ModeSet r ->
              r.mode() == null
                  ? null
                  : new JsonObject().put("subject", r.subject()).put("mode", r.mode().name());
          case SchemaRecord.SubjectDeleted r ->
              new JsonObject().put("subject", r.subject()).put("version", r.upToVersion());
          case SchemaRecord.SubjectCleared r -> new JsonObject().put("subject", r.subject());
          case SchemaRecord.Mark r ->
              new JsonObject()
                  .put("maxId", r.maxId())
                  .put("writer", r.writer())
                  .put("epoch", r.safeEpoch());
        };
    return value == null ? null : bytes(value);
  }

  /// What the bytes say, or null where they say nothing this registry knows.
  static @Nullable SchemaRecord decode(byte @Nullable [] key, byte @Nullable [] value) {
    if (key == null) {
      return null;
    }
    try {
      JsonObject json = object(key);
      return decode(json, value == null ? null : object(value));
    } catch (DecodeException | ClassCastException | NullPointerException | Refusal _) {
      return null;
    }
  }

  private static @Nullable SchemaRecord decode(JsonObject key, @Nullable JsonObject value) {
    String subject = key.getString("subject");
    String type = key.getString("keytype", "");
    if (subject == null && (type.equals("SCHEMA") || type.endsWith("_SUBJECT"))) {
      return null;
    }
    return switch (type) {
      case "SCHEMA" -> version(subject, key.getInteger("version"), value);
      case "CONFIG" -> new SchemaRecord.ConfigSet(subject, value == null ? null : config(value));
      case "MODE" ->
          new SchemaRecord.ModeSet(
              subject, value == null ? null : SubjectMode.parse(value.getString("mode")));
      case "DELETE_SUBJECT" ->
          value == null
              ? null
              : new SchemaRecord.SubjectDeleted(subject, value.getInteger("version"));
      case "CLEAR_SUBJECT" -> value == null ? null : new SchemaRecord.SubjectCleared(subject);
      case "NOOP" ->
          value == null
              ? new SchemaRecord.Mark(0, "", -1)
              : new SchemaRecord.Mark(
                  value.getInteger("maxId", 0),
                  value.getString("writer", ""),
                  value.getInteger("epoch", -1));
      default -> null;
    };
  }

  private static SchemaRecord version(String subject, int version, @Nullable JsonObject value) {
    if (value == null) {
      return new SchemaRecord.VersionErased(subject, version);
    }
    var content =
        new SchemaContent(
            value.getString("schemaType", "AVRO"),
            value.getString("schema"),
            references(value.getJsonArray("references")),
            value.getJsonObject("metadata"),
            value.getJsonObject("ruleSet"));
    return new SchemaRecord.VersionStored(
        subject, version, value.getInteger("id"), content, value.getBoolean("deleted", false));
  }

  static List<Reference> references(@Nullable JsonArray json) {
    List<Reference> references = new ArrayList<>();
    for (int i = 0; json != null && i < json.size(); i++) {
      references.add(Reference.parse(json.getJsonObject(i)));
    }
    return references;
  }

  private static SubjectConfig config(JsonObject value) {
    String level = value.getString("compatibilityLevel");
    return new SubjectConfig(
        level == null ? null : CompatibilityLevel.parse(level), value.getBoolean("normalize"));
  }

  private static @Nullable JsonObject configValue(SchemaRecord.ConfigSet record) {
    return record.config() == null
        ? null
        : new JsonObject()
            .put("subject", record.subject())
            .mergeIn(record.config().json("compatibilityLevel"));
  }

  private static JsonObject versionValue(SchemaRecord.VersionStored record) {
    var content = record.content();
    var value =
        new JsonObject()
            .put("subject", record.subject())
            .put("version", record.version())
            .put("id", record.id())
            .put("md5", Base64.getEncoder().encodeToString(content.md5()));
    if (!content.type().equals("AVRO")) {
      value.put("schemaType", content.type());
    }
    return content.putInto(value).put("deleted", record.deleted());
  }

  private static JsonObject versionKey(String subject, int version) {
    return new JsonObject()
        .put("keytype", "SCHEMA")
        .put("subject", subject)
        .put("version", version)
        .put("magic", 1);
  }

  private static JsonObject subjectKey(String type, @Nullable String subject) {
    return new JsonObject().put("keytype", type).put("subject", subject).put("magic", 0);
  }

  private static byte[] bytes(JsonObject json) {
    return json.encode().getBytes(StandardCharsets.UTF_8);
  }

  private static JsonObject object(byte[] bytes) {
    return new JsonObject(new String(bytes, StandardCharsets.UTF_8));
  }
}
