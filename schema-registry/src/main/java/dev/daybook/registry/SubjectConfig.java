package dev.daybook.registry;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/// What is configured for a subject, or globally; absent parts fall to the next scope.
record SubjectConfig(@Nullable CompatibilityLevel level, @Nullable Boolean normalize) {
  static final SubjectConfig NONE = new SubjectConfig(null, null);

  /// This config, with what it leaves open taken from the other.
  SubjectConfig or(SubjectConfig other) {
    return new SubjectConfig(
        level == null ? other.level : level, normalize == null ? other.normalize : normalize);
  }

  boolean normalizes() {
    return Boolean.TRUE.equals(normalize);
  }

  /// As an answer under the name the endpoint uses: `compatibilityLevel` to GET, `compatibility` to PUT.
  JsonObject json(String levelName) {
    var json = new JsonObject();
    if (level != null) {
      json.put(levelName, level.name());
    }
    if (normalize != null) {
      json.put("normalize", normalize);
    }
    return json;
  }
}
