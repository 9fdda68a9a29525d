package dev.daybook.registry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `/subjects`: registering, looking up, listing and deleting versions.
final class SubjectRoutes {
  private final SchemaCatalog catalog;
  private final Schemas schemas;
  private final Writes writes;
  private final int incompatibleCode;

  SubjectRoutes(SchemaCatalog catalog, Schemas schemas, Writes writes, int incompatibleCode) {
    this.catalog = catalog;
    this.schemas = schemas;
    this.writes = writes;
    this.incompatibleCode = incompatibleCode;
  }

  void mount(Rest rest) {
    rest.search(HttpMethod.GET, "/subjects", this::names);
    rest.search(HttpMethod.POST, "/subjects/:subject", this::lookUp);
    rest.write(HttpMethod.DELETE, "/subjects/:subject", this::deleteSubject);
    rest.get("/subjects/:subject/versions", this::versions);
    rest.write(HttpMethod.POST, "/subjects/:subject/versions", this::register);
    rest.get("/subjects/:subject/versions/:version", this::version);
    rest.write(HttpMethod.DELETE, "/subjects/:subject/versions/:version", this::deleteVersion);
    rest.get("/subjects/:subject/versions/:version/schema", this::text);
    rest.get("/subjects/:subject/versions/:version/referencedby", this::referencedBy);
  }

  /// A subject prefix; `:*:` means every context, and there is only the default one.
  static String prefix(@Nullable String asked) {
    String prefix = asked == null ? "" : asked;
    return prefix.startsWith(":*:") || prefix.startsWith(":.:") ? prefix.substring(3) : prefix;
  }

  private Object names(Request request) {
    String prefix = prefix(request.query("subjectPrefix"));
    boolean deletedOnly = request.flag("deletedOnly");
    boolean withDeleted = request.flag("deleted") || deletedOnly;
    List<String> names = new ArrayList<>();
    for (Subject subject : catalog.subjects()) {
      boolean shown = subject.exists(withDeleted) && !(deletedOnly && subject.exists(false));
      if (shown && subject.name().startsWith(prefix)) {
        names.add(subject.name());
      }
    }
    return new JsonArray(request.page(names, Integer.MAX_VALUE));
  }

  private CompletionStage<?> register(Request request) {
    String name = request.subject();
    Subject subject = catalog.subject(name);
    Proposal proposal = Proposal.parse(request.json()).completed(subject, catalog);
    ParsedSchema parsed = proposal.parsed(schemas, catalog);
    SchemaContent content = proposal.content(parsed, normalizes(request, subject));
    Integer knownId = catalog.idOf(content);
    Subject.Version there = knownId == null ? null : subject.withId(knownId, false);
    if (there != null && proposal.id() == null) {
      return CompletableFuture.completedFuture(registered(name, there));
    }
    var check = new CompatibilityCheck(parsed, schemas);
    if (there == null && catalog.effectiveMode(subject) == SubjectMode.READWRITE) {
      // Worked out here, off the owner's thread; the decision finds it done.
      var _ = check.against(subject, catalog.effectiveLevel(subject), catalog);
    }
    var registration =
        new Registration(name, content, check, proposal.id(), proposal.version(), incompatibleCode);
    return writes.submit(registration).thenApply(done -> registered(name, live(done)));
  }

  private Subject.Version live(SubjectVersion named) {
    Subject.Version version = catalog.subject(named.subject()).versions().get(named.version());
    if (version == null) {
      throw Refusal.versionNotFound(named.version());
    }
    return version;
  }

  private boolean normalizes(Request request, Subject subject) {
    return request.query("normalize") == null
        ? catalog.effectiveConfig(subject).normalizes()
        : request.flag("normalize");
  }

  private Object lookUp(Request request) {
    String name = request.subject();
    Subject subject = catalog.subject(name);
    boolean withDeleted = request.flag("deleted");
    if (!subject.exists(withDeleted)) {
      throw Refusal.subjectNotFound(name);
    }
    Proposal proposal = Proposal.parse(request.json()).completed(subject, catalog);
    ParsedSchema parsed = proposal.parsed(schemas, catalog);
    Integer id = catalog.idOf(proposal.content(parsed, normalizes(request, subject)));
    Subject.Version version = id == null ? null : subject.withId(id, withDeleted);
    if (version == null) {
      throw Refusal.schemaNotFound();
    }
    return describe(name, version);
  }

  private Object versions(Request request) {
    String name = request.subject();
    boolean deletedOnly = request.flag("deletedOnly");
    boolean withDeleted = request.flag("deleted") || deletedOnly;
    List<Integer> found =
        catalog.subject(name).versions(withDeleted).stream()
            .filter(version -> !deletedOnly || version.deleted())
            .map(Subject.Version::version)
            .toList();
    if (found.isEmpty()) {
      throw Refusal.subjectNotFound(name);
    }
    return new JsonArray(request.page(found, Integer.MAX_VALUE));
  }

  private Object version(Request request) {
    return describe(request.subject(), found(request));
  }

  private Object text(Request request) {
    return Buffer.buffer(stored(found(request)).content().text());
  }

  private Object referencedBy(Request request) {
    boolean withDeleted = request.flag("deleted");
    var version = new SubjectVersion(request.subject(), found(request).version());
    List<Integer> ids =
        catalog.referrersOf(version).stream()
            .filter(id -> withDeleted || catalog.usesOf(id).stream().anyMatch(catalog::live))
            .toList();
    return new JsonArray(request.page(ids, Integer.MAX_VALUE));
  }

  private Subject.Version found(Request request) {
    VersionNumber wanted = request.version();
    String name = request.subject();
    Subject subject = catalog.subject(name);
    boolean withDeleted = request.flag("deleted");
    if (!subject.exists(withDeleted)) {
      throw Refusal.subjectNotFound(name);
    }
    return wanted.in(subject, withDeleted);
  }

  private CompletionStage<?> deleteSubject(Request request) {
    return writes.submit(Deletion.ofSubject(request.subject(), request.flag("permanent")));
  }

  private CompletionStage<?> deleteVersion(Request request) {
    return writes.submit(
        Deletion.ofVersion(request.subject(), request.version(), request.flag("permanent")));
  }

  /// Older clients take no key they do not know, and never knew a subject here.
  private JsonObject registered(String name, Subject.Version version) {
    JsonObject json = describe(name, version);
    json.remove("subject");
    return json;
  }

  private JsonObject describe(String name, Subject.Version version) {
    return stored(version).json(name, version);
  }

  private StoredSchema stored(Subject.Version version) {
    return Objects.requireNonNull(catalog.schema(version.id()), "a version without its schema");
  }
}
