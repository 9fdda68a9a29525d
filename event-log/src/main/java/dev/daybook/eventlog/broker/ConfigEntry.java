package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicConfig;
import dev.daybook.eventlog.topic.TopicDefaults;
import dev.daybook.eventlog.topic.TopicSettings;
import java.util.ArrayList;
import java.util.List;

/// A setting as clients are shown it.
///
/// @param candidates all values it could have, the one in force first
record ConfigEntry(String name, List<Candidate> candidates, Type type, String about) {
  ConfigEntry {
    candidates = List.copyOf(candidates);
  }

  String value() {
    return candidates.getFirst().value();
  }

  Source source() {
    return candidates.getFirst().source();
  }

  /// The settings of a topic, in the order in which they are defined.
  static List<ConfigEntry> of(Topic topic) {
    return TopicSettings.all().stream().map(setting -> of(topic, setting)).toList();
  }

  private static ConfigEntry of(Topic topic, TopicSettings.Setting setting) {
    String name = setting.name();
    String serverName = setting.serverName().orElse(name);
    TopicConfig config = topic.config();
    List<Candidate> candidates = new ArrayList<>();
    config.given(name).ifPresent(value -> candidates.add(new Candidate(name, value, Source.TOPIC)));
    config
        .defaults()
        .value(name)
        .ifPresent(value -> candidates.add(new Candidate(serverName, value, Source.BROKER)));
    candidates.add(new Candidate(serverName, setting.defaultValue(), Source.DEFAULT));
    return new ConfigEntry(name, candidates, Type.of(setting.type()), setting.about());
  }

  /// A setting of the broker.
  static ConfigEntry ofBroker(
      String name, Object value, Object defaultValue, Type type, String about) {
    List<Candidate> candidates = new ArrayList<>();
    if (!value.equals(defaultValue)) {
      candidates.add(new Candidate(name, value.toString(), Source.BROKER));
    }
    candidates.add(new Candidate(name, defaultValue.toString(), Source.DEFAULT));
    return new ConfigEntry(name, candidates, type, about);
  }

  /// A default for topics, as a setting of the broker.
  static ConfigEntry ofBroker(TopicSettings.Setting setting, TopicDefaults defaults) {
    return ofBroker(
        setting.serverName().orElseThrow(),
        defaults.value(setting.name()).orElse(setting.defaultValue()),
        setting.defaultValue(),
        Type.of(setting.type()),
        "The default of " + setting.name() + ". " + setting.about());
  }

  /// A value the setting could have, under the name by which it is set there.
  record Candidate(String name, String value, Source source) {}

  /// Where a value comes from; codes as in Kafka's protocol.
  enum Source {
    TOPIC(1),
    BROKER(4),
    DEFAULT(5);

    private final byte code;

    Source(int code) {
      this.code = (byte) code;
    }

    byte code() {
      return code;
    }
  }

  /// How a value is to be read; codes as in Kafka's protocol.
  enum Type {
    BOOLEAN(1),
    STRING(2),
    INT(3),
    LONG(5),
    DOUBLE(6),
    LIST(7);

    private final byte code;

    Type(int code) {
      this.code = (byte) code;
    }

    byte code() {
      return code;
    }

    static Type of(TopicSettings.Type type) {
      return switch (type) {
        case BOOLEAN -> BOOLEAN;
        case DOUBLE -> DOUBLE;
        case INT -> INT;
        case LIST -> LIST;
        case LONG -> LONG;
        case STRING -> STRING;
      };
    }
  }
}
