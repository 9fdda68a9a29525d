package dev.daybook.registry;

import io.vertx.core.json.JsonObject;

/// A schema's pointer to a type that another subject's version defines.
record Reference(String name, String subject, int version) {
  SubjectVersion target() {
    return new SubjectVersion(subject, version);
  }

  JsonObject json() {
    return new JsonObject().put("name", name).put("subject", subject).put("version", version);
  }

  static Reference parse(JsonObject json) {
    String name = json.getString("name");
    String subject = json.getString("subject");
    Integer version = json.getInteger("version");
    if (name == null || subject == null || version == null) {
      throw Refusal.invalidSchema("a reference needs 'name', 'subject' and 'version'");
    }
    return new Reference(name, subject, version);
  }
}
