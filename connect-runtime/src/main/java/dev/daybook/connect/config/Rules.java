package dev.daybook.connect.config;

import static dev.daybook.connect.config.ConnectorKeys.*;

import dev.daybook.connect.plugin.PluginKind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Rules across settings, which a definition of single settings cannot tell.
final class Rules {

  private Rules() {}

  static Map<String, String> broken(PluginKind kind, Map<String, String> config) {
    Map<String, String> broken = new TreeMap<>();
    if (kind == PluginKind.SINK) {
      topics(config, broken);
    } else {
      exactlyOnce(config, broken);
    }
    predicates(config, broken);
    return broken;
  }

  private static void topics(Map<String, String> config, Map<String, String> broken) {
    boolean list = isSet(config, TOPICS);
    boolean regex = isSet(config, TOPICS_REGEX);
    if (list && regex) {
      broken.put(
          TOPICS, "topics and topics.regex are mutually exclusive options, but both are set.");
    } else if (!list && !regex) {
      broken.put(TOPICS, "Must configure one of topics or topics.regex");
    }
    String deadLetters = config.getOrDefault(DLQ_TOPIC, "").trim();
    if (!deadLetters.isEmpty() && ConnectorDef.aliases(config, TOPICS).contains(deadLetters)) {
      broken.put(
          DLQ_TOPIC,
          "The dead letter queue "
              + deadLetters
              + " is also one of the topics consumed; that is a loop");
    }
  }

  private static void exactlyOnce(Map<String, String> config, Map<String, String> broken) {
    if ("required".equals(config.get(EXACTLY_ONCE))) {
      broken.put(
          EXACTLY_ONCE,
          "This worker writes source records at least once, in no transaction. Set"
              + " exactly.once.support=requested, or leave it out");
    }
    if (isSet(config, OFFSETS_TOPIC)) {
      broken.put(
          OFFSETS_TOPIC,
          "This worker keeps all source offsets in one topic; leave " + OFFSETS_TOPIC + " out");
    }
  }

  private static void predicates(Map<String, String> config, Map<String, String> broken) {
    List<String> known = ConnectorDef.aliases(config, PREDICATES);
    for (String alias : ConnectorDef.aliases(config, TRANSFORMS)) {
      String key = TRANSFORMS + "." + alias + ".predicate";
      String predicate = config.get(key);
      if (predicate != null && !known.contains(predicate)) {
        broken.put(key, "The predicate " + predicate + " is not listed in " + PREDICATES);
      }
    }
  }

  private static boolean isSet(Map<String, String> config, String key) {
    return !config.getOrDefault(key, "").isBlank();
  }
}
