package dev.daybook.registry.client;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/// The settings of serializer, deserializer and converter, under the names Confluent's serdes made known.
public final class SerdeConfig extends AbstractConfig {
  public static final String SCHEMA_REGISTRY_URL = "schema.registry.url";
  public static final String AUTO_REGISTER_SCHEMAS = "auto.register.schemas";
  public static final String USE_LATEST_VERSION = "use.latest.version";
  public static final String KEY_SUBJECT_NAME_STRATEGY = "key.subject.name.strategy";
  public static final String VALUE_SUBJECT_NAME_STRATEGY = "value.subject.name.strategy";
  public static final String USE_LOGICAL_TYPE_CONVERTERS = "avro.use.logical.type.converters";
  public static final String SPECIFIC_AVRO_READER = "specific.avro.reader";
  public static final String MAX_RETRIES = "max.retries";
  public static final String RETRIES_WAIT_MS = "retries.wait.ms";
  public static final String RETRIES_MAX_WAIT_MS = "retries.max.wait.ms";

  private static final String TOPIC_STRATEGY =
      "io.confluent.kafka.serializers.subject.TopicNameStrategy";

  static final ConfigDef DEFINITION =
      new ConfigDef()
          .define(
              SCHEMA_REGISTRY_URL,
              ConfigDef.Type.LIST,
              ConfigDef.Importance.HIGH,
              "Addresses of the schema registry, for example http://127.0.0.1:8081.")
          .define(
              AUTO_REGISTER_SCHEMAS,
              ConfigDef.Type.BOOLEAN,
              true,
              ConfigDef.Importance.MEDIUM,
              "Register an unknown schema on first use; when false, it must be registered before.")
          .define(
              USE_LATEST_VERSION,
              ConfigDef.Type.BOOLEAN,
              false,
              ConfigDef.Importance.LOW,
              "With auto.register.schemas=false, write with the subject's latest version.")
          .define(
              KEY_SUBJECT_NAME_STRATEGY,
              ConfigDef.Type.STRING,
              "topic",
              SerdeConfig::requireTopicStrategy,
              ConfigDef.Importance.LOW,
              "How the subject of a key is named; only 'topic' (<topic>-key).")
          .define(
              VALUE_SUBJECT_NAME_STRATEGY,
              ConfigDef.Type.STRING,
              "topic",
              SerdeConfig::requireTopicStrategy,
              ConfigDef.Importance.LOW,
              "How the subject of a value is named; only 'topic' (<topic>-value).")
          .define(
              USE_LOGICAL_TYPE_CONVERTERS,
              ConfigDef.Type.BOOLEAN,
              false,
              ConfigDef.Importance.LOW,
              "Deserialize decimals, dates and times to Java's types instead of Avro's raw ones.")
          .define(
              SPECIFIC_AVRO_READER,
              ConfigDef.Type.BOOLEAN,
              false,
              SerdeConfig::requireGeneric,
              ConfigDef.Importance.LOW,
              "Only false: the deserializer gives generic records.")
          .define(
              MAX_RETRIES,
              ConfigDef.Type.INT,
              3,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "How often a request without an answer is sent again.")
          .define(
              RETRIES_WAIT_MS,
              ConfigDef.Type.INT,
              1000,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "The pause before the first repetition; it doubles with each.")
          .define(
              RETRIES_MAX_WAIT_MS,
              ConfigDef.Type.INT,
              20_000,
              ConfigDef.Range.atLeast(0),
              ConfigDef.Importance.LOW,
              "The longest pause between repetitions.");

  public SerdeConfig(Map<String, ?> settings) {
    super(DEFINITION, settings, false);
  }

  RegistryClient client() {
    return new RegistryClient(
        getList(SCHEMA_REGISTRY_URL).stream().map(String::trim).toList(),
        getInt(MAX_RETRIES),
        Duration.ofMillis(getInt(RETRIES_WAIT_MS)),
        Duration.ofMillis(getInt(RETRIES_MAX_WAIT_MS)));
  }

  boolean autoRegister() {
    return getBoolean(AUTO_REGISTER_SCHEMAS);
  }

  boolean useLatest() {
    return getBoolean(USE_LATEST_VERSION);
  }

  static String subject(String topic, boolean isKey) {
    return topic + (isKey ? "-key" : "-value");
  }

  private static void requireTopicStrategy(String name, Object value) {
    if (!value.equals("topic") && !value.equals(TOPIC_STRATEGY)) {
      throw new ConfigException(
          name, value, "only the strategy 'topic' is supported; remove this setting to use it");
    }
  }

  private static void requireGeneric(String name, Object value) {
    if (Boolean.TRUE.equals(value)) {
      throw new ConfigException(
          name, value, "this deserializer gives generic records; remove this setting");
    }
  }
}
