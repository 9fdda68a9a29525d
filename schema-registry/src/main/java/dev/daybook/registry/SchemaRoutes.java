package dev.daybook.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `/schemas`: schemas by id and guid, and all of them.
final class SchemaRoutes {
  private static final int MAX_PAGE = 1_000;

  private final SchemaCatalog catalog;
  private final Schemas schemas;

  SchemaRoutes(SchemaCatalog catalog, Schemas schemas) {
    this.catalog = catalog;
    this.schemas = schemas;
  }

  void mount(Rest rest) {
    rest.get("/schemas/types", _ -> new JsonArray(schemas.types()));
    rest.get("/schemas/ids/:id", this::byId);
    rest.get("/schemas/ids/:id/schema", this::text);
    rest.get("/schemas/ids/:id/versions", this::versions);
    rest.get("/schemas/ids/:id/subjects", this::subjects);
    rest.get("/schemas/guids/:guid", this::byGuid);
    rest.get("/schemas/guids/:guid/ids", this::idsOfGuid);
    rest.search(HttpMethod.GET, "/schemas", this::all);
  }

  private Object byId(Request request) {
    StoredSchema schema = schema(request);
    String subject = request.query("subject");
    boolean plain = (subject == null || subject.isEmpty()) && !request.flag("fetchMaxId");
    if (plain) {
      return new Rest.Immutable(schema.answer(), schema.guid().toString());
    }
    JsonObject json = schema.json();
    if (request.flag("fetchMaxId")) {
      json.put("maxId", catalog.highestId());
    }
    if (subject != null && !subject.isEmpty()) {
      addUse(json, subject, schema.id());
    }
    return json;
  }

  private void addUse(JsonObject json, String name, int id) {
    String subject = Request.subject(name);
    Subject.Version version = catalog.subject(subject).withId(id, true);
    if (version != null) {
      json.put("subject", subject).put("version", version.version());
    }
  }

  private Object text(Request request) {
    StoredSchema schema = schema(request);
    return new Rest.Immutable(Buffer.buffer(schema.content().text()), schema.guid() + "-text");
  }

  private Object versions(Request request) {
    List<Object> found = new ArrayList<>();
    uses(request).forEach(use -> found.add(use.json()));
    return new JsonArray(request.page(found, Integer.MAX_VALUE));
  }

  private Object subjects(Request request) {
    List<String> found = uses(request).stream().map(SubjectVersion::subject).distinct().toList();
    return new JsonArray(request.page(found, Integer.MAX_VALUE));
  }

  private List<SubjectVersion> uses(Request request) {
    int id = schema(request).id();
    String subject = request.query("subject");
    boolean withDeleted = request.flag("deleted");
    return catalog.usesOf(id).stream()
        .filter(
            use ->
                subject == null
                    || subject.isEmpty()
                    || use.subject().equals(Request.subject(subject)))
        .filter(use -> withDeleted || catalog.live(use))
        .toList();
  }

  private StoredSchema schema(Request request) {
    int id = request.id();
    StoredSchema schema = catalog.schema(id);
    if (schema == null) {
      throw Refusal.schemaNotFound(id);
    }
    return schema;
  }

  private Object byGuid(Request request) {
    StoredSchema schema = guid(request);
    return new Rest.Immutable(schema.answer(), schema.guid().toString());
  }

  private Object idsOfGuid(Request request) {
    int id = guid(request).id();
    return new JsonArray().add(new JsonObject().put("context", ".").put("id", id));
  }

  private StoredSchema guid(Request request) {
    String text = request.path("guid");
    StoredSchema schema = null;
    try {
      schema = catalog.schema(UUID.fromString(text));
    } catch (IllegalArgumentException _) {
      // Not a guid, so no schema has it.
    }
    if (schema == null) {
      throw Refusal.schemaNotFound(text);
    }
    return schema;
  }

  private Object all(Request request) {
    String prefix = SubjectRoutes.prefix(request.query("subjectPrefix"));
    boolean withDeleted = request.flag("deleted");
    boolean latestOnly = request.flag("latestOnly");
    List<JsonObject> found = new ArrayList<>();
    for (Subject subject : catalog.subjects()) {
      if (subject.name().startsWith(prefix)) {
        add(found, subject, withDeleted, latestOnly);
      }
    }
    return new JsonArray(request.page(found, MAX_PAGE));
  }

  private void add(
      List<JsonObject> found, Subject subject, boolean withDeleted, boolean latestOnly) {
    List<Subject.Version> versions = subject.versions(withDeleted);
    if (latestOnly && !versions.isEmpty()) {
      versions = List.of(versions.getLast());
    }
    for (Subject.Version version : versions) {
      @Nullable StoredSchema schema = catalog.schema(version.id());
      if (schema != null) {
        found.add(schema.json(subject.name(), version));
      }
    }
  }
}
