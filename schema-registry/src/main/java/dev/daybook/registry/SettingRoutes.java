package dev.daybook.registry;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// `/config` and `/mode`, global and per subject.
final class SettingRoutes {
  private final SchemaCatalog catalog;
  private final Writes writes;

  SettingRoutes(SchemaCatalog catalog, Writes writes) {
    this.catalog = catalog;
    this.writes = writes;
  }

  void mount(Rest rest) {
    rest.get("/config", _ -> globalConfig().json("compatibilityLevel"));
    rest.get("/config/:subject", this::config);
    rest.write(HttpMethod.PUT, "/config", request -> setConfig(null, request));
    rest.write(
        HttpMethod.PUT, "/config/:subject", request -> setConfig(request.subject(), request));
    rest.write(HttpMethod.DELETE, "/config", _ -> removeConfig(null));
    rest.write(HttpMethod.DELETE, "/config/:subject", request -> removeConfig(request.subject()));
    rest.get("/mode", _ -> mode(globalMode()));
    rest.get("/mode/:subject", this::modeOf);
    rest.write(HttpMethod.PUT, "/mode", request -> setMode(null, request));
    rest.write(HttpMethod.PUT, "/mode/:subject", request -> setMode(request.subject(), request));
    rest.write(HttpMethod.DELETE, "/mode", _ -> removeMode(null));
    rest.write(HttpMethod.DELETE, "/mode/:subject", request -> removeMode(request.subject()));
  }

  private SubjectConfig globalConfig() {
    return catalog.globalConfig().or(Settings.Defaults.CONFIG);
  }

  private Object config(Request request) {
    String subject = request.subject();
    SubjectConfig own = catalog.subject(subject).config();
    if (request.flag("defaultToGlobal")) {
      return own.or(globalConfig()).json("compatibilityLevel");
    }
    if (own.equals(SubjectConfig.NONE)) {
      throw Refusal.noSubjectConfig(subject);
    }
    return own.json("compatibilityLevel");
  }

  private CompletionStage<?> setConfig(@Nullable String subject, Request request) {
    JsonObject body = request.json();
    String level = body.getString("compatibility");
    var wanted =
        new SubjectConfig(
            level == null ? null : CompatibilityLevel.parse(level), body.getBoolean("normalize"));
    if (wanted.equals(SubjectConfig.NONE)) {
      throw Refusal.invalidLevel("");
    }
    return writes
        .submit(Settings.setConfig(subject, wanted))
        .thenApply(set -> set.json("compatibility"));
  }

  private CompletionStage<?> removeConfig(@Nullable String subject) {
    return writes
        .submit(Settings.removeConfig(subject))
        .thenApply(before -> before.json("compatibilityLevel"));
  }

  private SubjectMode globalMode() {
    SubjectMode mode = catalog.globalMode();
    return mode == null ? Settings.Defaults.MODE : mode;
  }

  private Object modeOf(Request request) {
    String subject = request.subject();
    SubjectMode own = catalog.subject(subject).mode();
    if (own == null && !request.flag("defaultToGlobal")) {
      throw Refusal.noSubjectMode(subject);
    }
    return mode(own == null ? globalMode() : own);
  }

  private CompletionStage<?> setMode(@Nullable String subject, Request request) {
    String text = request.json().getString("mode", "");
    return writes
        .submit(Settings.setMode(subject, SubjectMode.parse(text), request.flag("force")))
        .thenApply(SettingRoutes::mode);
  }

  private CompletionStage<?> removeMode(@Nullable String subject) {
    return writes.submit(Settings.removeMode(subject)).thenApply(SettingRoutes::mode);
  }

  private static JsonObject mode(SubjectMode mode) {
    return new JsonObject().put("mode", mode.name());
  }
}
