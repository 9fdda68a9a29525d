package dev.daybook.eventlog.topic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a topic's settings become by some changes, and what is wrong with those. Pure: the catalogue asks it on the state
/// that includes all earlier changes, so that two at once do not undo each other.
final class ConfigEdit {
  private final TopicConfig before;
  private final Map<String, String> given;
  private final List<String> faults = new ArrayList<>();

  private ConfigEdit(TopicConfig before) {
    this.before = before;
    this.given = new TreeMap<>(before.given());
  }

  static ConfigEdit of(TopicConfig before, List<ConfigChange> changes) {
    ConfigEdit edit = new ConfigEdit(before);
    changes.forEach(edit::apply);
    return edit;
  }

  /// What is wrong, one sentence each; empty when nothing is.
  List<String> faults() {
    return faults;
  }

  /// What is given afterwards, when nothing is wrong.
  Map<String, String> given() {
    return given;
  }

  private void apply(ConfigChange change) {
    // Whoever wants a setting gone that there never was has got it; and one that a later version no
    // longer knows can be taken from its topic.
    boolean isReset = change instanceof ConfigChange.Reset;
    if (!isReset && !TopicSettings.isKnown(change.name())) {
      faults.add(TopicSettings.unknown(change.name()));
      return;
    }
    switch (change) {
      case ConfigChange.Assign(String name, String value) -> given.put(name, value);
      case ConfigChange.Reset(String name) -> given.remove(name);
      case ConfigChange.Append(String name, String value) -> {
        if (isList("APPEND", name)) {
          List<String> parts = parts(name);
          split(value).stream().filter(part -> !parts.contains(part)).forEach(parts::add);
          given.put(name, String.join(",", parts));
        }
      }
      case ConfigChange.Subtract(String name, String value) -> {
        if (isList("SUBTRACT", name)) {
          List<String> parts = parts(name);
          parts.removeAll(split(value));
          given.put(name, String.join(",", parts));
        }
      }
    }
  }

  private boolean isList(String operation, String name) {
    boolean list = TopicSettings.definition(name).type() == TopicSettings.Type.LIST;
    if (!list) {
      faults.add(
          "Can't " + operation + " to key " + name + " because its type is not LIST; use SET");
    }
    return list;
  }

  private List<String> parts(String name) {
    String value = given.get(name);
    return split(value != null ? value : before.byDefault(name));
  }

  private static List<String> split(String list) {
    return new ArrayList<>(
        Arrays.stream(list.split(",", -1))
            .map(String::trim)
            .filter(part -> !part.isEmpty())
            .toList());
  }
}
