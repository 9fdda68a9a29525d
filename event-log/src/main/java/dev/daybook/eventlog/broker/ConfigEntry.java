package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A setting as clients are shown it.
///
/// @param defaultValue what holds where nothing is given
/// @param given whether the value was given, so that it does not stand for the default
record ConfigEntry(
    String name,
    String value,
    String defaultValue,
    boolean given,
    Source source,
    Type type,
    String about) {

  /// The settings of a topic, in the order in which they are defined.
  static List<ConfigEntry> of(Topic topic) {
    return TopicSettings.all().stream().map(setting -> of(topic, setting)).toList();
  }

  private static ConfigEntry of(Topic topic, TopicSettings.Setting setting) {
    @Nullable String given = topic.config().given(setting.name()).orElse(null);
    return new ConfigEntry(
        setting.name(),
        given != null ? given : setting.defaultValue(),
        setting.defaultValue(),
        given != null,
        given != null ? Source.TOPIC : Source.DEFAULT,
        Type.of(setting.type()),
        setting.about());
  }

  /// A setting of the broker.
  static ConfigEntry ofBroker(
      String name, Object value, Object defaultValue, Type type, String about) {
    boolean given = !value.equals(defaultValue);
    return new ConfigEntry(
        name,
        value.toString(),
        defaultValue.toString(),
        given,
        given ? Source.BROKER : Source.DEFAULT,
        type,
        about);
  }

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
