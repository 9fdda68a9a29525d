package dev.daybook.registry;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/// `/compatibility`: would this schema be taken?
final class CompatibilityRoutes {
  private final SchemaCatalog catalog;
  private final Schemas schemas;

  CompatibilityRoutes(SchemaCatalog catalog, Schemas schemas) {
    this.catalog = catalog;
    this.schemas = schemas;
  }

  void mount(Rest rest) {
    rest.search(
        HttpMethod.POST, "/compatibility/subjects/:subject/versions/:version", this::withVersion);
    rest.search(HttpMethod.POST, "/compatibility/subjects/:subject/versions", this::withAll);
  }

  /// Beside one version, by the direction of the level that holds, transitive or not.
  private Object withVersion(Request request) {
    VersionNumber wanted = request.version();
    Subject subject = catalog.subject(request.subject());
    if (wanted.isLatest() && !subject.exists(false)) {
      var _ = parsed(request, subject);
      return answer(request, List.of());
    }
    Subject.Version version = wanted.in(subject, false);
    return judged(
        request,
        subject,
        check -> check.against(version, catalog.effectiveLevel(subject), catalog));
  }

  /// As registering would: the latest version, or all of them where the level is transitive.
  private Object withAll(Request request) {
    Subject subject = catalog.subject(request.subject());
    return judged(
        request,
        subject,
        check -> check.against(subject, catalog.effectiveLevel(subject), catalog));
  }

  private interface Judge {
    List<String> reasons(CompatibilityCheck check);
  }

  private Object judged(Request request, Subject subject, Judge judge) {
    try {
      var check = new CompatibilityCheck(parsed(request, subject), schemas);
      return answer(request, judge.reasons(check));
    } catch (Refusal refusal) {
      if (refusal.code() == Refusal.INVALID_SCHEMA && request.flag("verbose")) {
        return answer(request, List.of(refusal.reason()));
      }
      throw refusal;
    }
  }

  private ParsedSchema parsed(Request request, Subject subject) {
    return Proposal.parse(request.json()).completed(subject, catalog).parsed(schemas, catalog);
  }

  private static JsonObject answer(Request request, List<String> reasons) {
    var json = new JsonObject().put("is_compatible", reasons.isEmpty());
    return request.flag("verbose") ? json.put("messages", new JsonArray(reasons)) : json;
  }
}
