package dev.daybook.registry;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;

/// One version of one subject, by name.
record SubjectVersion(String subject, int version) implements Comparable<SubjectVersion> {
  private static final Comparator<SubjectVersion> ORDER =
      Comparator.comparing(SubjectVersion::subject).thenComparingInt(SubjectVersion::version);

  @Override
  public int compareTo(SubjectVersion other) {
    return ORDER.compare(this, other);
  }

  JsonObject json() {
    return new JsonObject().put("subject", subject).put("version", version);
  }
}
