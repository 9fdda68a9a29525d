package dev.daybook.registry;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A schema as a request's body brings it.
record Proposal(
    String text,
    String type,
    List<Reference> references,
    @Nullable JsonObject metadata,
    @Nullable JsonObject ruleSet,
    @Nullable Integer id,
    @Nullable Integer version) {

  static Proposal parse(JsonObject body) {
    Integer id = body.getInteger("id");
    return new Proposal(
        body.getString("schema", ""),
        body.getString("schemaType", "AVRO"),
        RecordFormat.references(body.getJsonArray("references")),
        body.getJsonObject("metadata"),
        body.getJsonObject("ruleSet"),
        id == null || id < 0 ? null : id,
        body.getInteger("version"));
  }

  /// A body without a schema but with metadata or rules means the subject's latest schema under new ones.
  Proposal completed(Subject subject, SchemaCatalog catalog) {
    Subject.Version latest = subject.latest();
    StoredSchema stored = latest == null ? null : catalog.schema(latest.id());
    if (!text.isEmpty() || stored == null || (metadata == null && ruleSet == null)) {
      return this;
    }
    SchemaContent content = stored.content();
    return new Proposal(
        content.text(),
        content.type(),
        content.references(),
        metadata == null ? content.metadata() : metadata,
        ruleSet == null ? content.ruleSet() : ruleSet,
        id,
        version);
  }

  ParsedSchema parsed(Schemas schemas, SchemaCatalog catalog) {
    if (text.isEmpty()) {
      throw new Refusal(422, Refusal.INVALID_SCHEMA, "Empty schema");
    }
    return schemas.parseProposed(type, text, references, catalog);
  }

  SchemaContent content(ParsedSchema parsed, boolean normalize) {
    return new SchemaContent(
        type, normalize ? parsed.normalized() : parsed.canonical(), references, metadata, ruleSet);
  }
}
