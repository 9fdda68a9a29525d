package dev.daybook.auditui.log;

import java.util.List;

/// Which topics are the machinery's own. Their names may be listed on request; their events are
/// never shown, because connector configurations among them hold passwords.
public final class Visibility {
  private static final List<String> PREFIXES = List.of("__", "connect-");

  private Visibility() {}

  public static boolean internal(String topic, boolean flaggedByBroker) {
    return flaggedByBroker
        || topic.equals("_schemas")
        || PREFIXES.stream().anyMatch(topic::startsWith);
  }
}
