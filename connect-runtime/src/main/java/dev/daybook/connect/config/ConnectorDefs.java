package dev.daybook.connect.config;

import static dev.daybook.connect.config.ConnectorKeys.*;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.SHORT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigDef.Validator;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// The settings every source or sink connector has. Keys that name a plug-in are strings here, because ConfigDef would
/// load the class by itself, with the wrong loader and before anyone asked whether it may be loaded; [ConnectorDef]
/// knows which they are and shows them as CLASS.
final class ConnectorDefs {

  static final String COMMON = "Common";
  static final String ERRORS = "Error Handling";
  private static final int NAME_MAX_LENGTH = 249;

  private ConnectorDefs() {}

  static ConfigDef source() {
    Group topics = new Group(common(), "Topic Creation");
    topics.key(
        TOPIC_GROUPS,
        LIST,
        "",
        null,
        LOW,
        Width.LONG,
        "Topic Creation Groups",
        "Groups of settings for the topics this connector creates; 'default' always exists.");
    Group exactly = new Group(topics.def, "Exactly Once Support");
    exactly.key(
        EXACTLY_ONCE,
        STRING,
        "requested",
        ValidString.in("requested", "required"),
        MEDIUM,
        Width.SHORT,
        "Exactly once support",
        "'required' refuses to run where exactly-once delivery cannot be given.");
    exactly.key(
        BOUNDARY,
        STRING,
        "poll",
        ValidString.in("poll", "interval", "connector"),
        MEDIUM,
        Width.SHORT,
        "Transaction Boundary",
        "Where a transaction ends, once the worker writes transactions.");
    exactly.key(
        BOUNDARY_INTERVAL,
        LONG,
        null,
        null,
        LOW,
        Width.SHORT,
        "Transaction boundary interval",
        "The interval for the boundary 'interval', in milliseconds.");
    Group offsets = new Group(exactly.def, "offsets.topic");
    offsets.key(
        OFFSETS_TOPIC,
        STRING,
        null,
        null,
        LOW,
        Width.LONG,
        "Offsets topic",
        "A separate offsets topic; this worker keeps all source offsets in one topic and refuses others.");
    return offsets.def;
  }

  static ConfigDef sink() {
    Group sink = new Group(common(), COMMON);
    sink.key(
        TOPICS,
        LIST,
        "",
        null,
        HIGH,
        Width.LONG,
        "Topics",
        "The topics to consume, separated by commas.");
    sink.key(
        TOPICS_REGEX,
        STRING,
        "",
        ConnectorDefs::checkRegex,
        HIGH,
        Width.LONG,
        "Topics regex",
        "A regular expression for the topics to consume; set either this or topics.");
    Group errors = new Group(sink.def, ERRORS);
    errors.key(
        DLQ_TOPIC,
        STRING,
        "",
        null,
        MEDIUM,
        Width.MEDIUM,
        "Dead Letter Queue Topic Name",
        "The topic for records that could not be processed; empty for none.");
    errors.key(
        DLQ_REPLICATION,
        SHORT,
        (short) -1,
        null,
        MEDIUM,
        Width.MEDIUM,
        "Dead Letter Queue Topic Replication Factor",
        "Replication factor if that topic must be created; -1 for the broker's default.");
    errors.key(
        DLQ_HEADERS,
        BOOLEAN,
        false,
        null,
        MEDIUM,
        Width.MEDIUM,
        "Enable Error Context Headers",
        "Add headers that tell where and why a record failed; their names begin with __connect.errors.");
    return errors.def;
  }

  private static ConfigDef common() {
    Group common = new Group(new ConfigDef(), COMMON);
    common.required(
        NAME,
        ConnectorDefs::checkName,
        Width.MEDIUM,
        "Connector name",
        "The name of this connector, unique on the worker.");
    common.required(
        CONNECTOR_CLASS,
        null,
        Width.LONG,
        "Connector class",
        "Full name or alias of the connector's class.");
    common.key(
        CONNECTOR_VERSION,
        STRING,
        null,
        null,
        MEDIUM,
        Width.MEDIUM,
        "Connector version",
        "Version of the connector.");
    common.key(
        TASKS_MAX,
        INT,
        1,
        Range.atLeast(1),
        HIGH,
        Width.SHORT,
        "Tasks max",
        "The most tasks this connector may have.");
    common.key(
        TASKS_MAX_ENFORCE,
        BOOLEAN,
        true,
        null,
        LOW,
        Width.SHORT,
        "Enforce tasks max",
        "Fail a connector that makes more tasks than tasks.max.");
    common.key(
        KEY_CONVERTER,
        STRING,
        null,
        null,
        LOW,
        Width.SHORT,
        "Key converter class",
        "Converts record keys to and from bytes; the worker's own if absent.");
    common.key(
        VALUE_CONVERTER,
        STRING,
        null,
        null,
        LOW,
        Width.SHORT,
        "Value converter class",
        "Converts record values to and from bytes; the worker's own if absent.");
    common.key(
        HEADER_CONVERTER,
        STRING,
        null,
        null,
        LOW,
        Width.SHORT,
        "Header converter class",
        "Converts header values to and from bytes; the worker's own if absent.");
    common
        .in("Transforms")
        .key(
            TRANSFORMS,
            LIST,
            "",
            ConnectorDefs::checkAliases,
            LOW,
            Width.LONG,
            "Transforms",
            "Aliases of the transformations, in the order in which records pass them.");
    common
        .in("Predicates")
        .key(
            PREDICATES,
            LIST,
            "",
            ConnectorDefs::checkAliases,
            LOW,
            Width.LONG,
            "Predicates",
            "Aliases of the predicates that transformations refer to.");
    common
        .in(COMMON)
        .key(
            CONFIG_RELOAD,
            STRING,
            "restart",
            ValidString.in("none", "restart"),
            LOW,
            Width.MEDIUM,
            "Reload Action",
            "What to do when a value kept by a config provider changes.");
    common.key(
        TASK_THREAD,
        STRING,
        "virtual",
        ValidString.in("virtual", "platform"),
        LOW,
        Width.SHORT,
        "Task thread",
        "The kind of thread tasks run on; 'platform' for connectors that spend long in native code.");
    common.key(
        RESTART,
        STRING,
        "always",
        ValidString.in("always", "never"),
        MEDIUM,
        Width.SHORT,
        "Restart on failure",
        "Whether a failed connector or task is started again by itself.");
    common.key(
        RESTART_DELAY,
        LONG,
        1_000L,
        Range.atLeast(1),
        LOW,
        Width.SHORT,
        "Restart back-off",
        "The wait before the first restart in milliseconds; it doubles with each further one.");
    common.key(
        RESTART_DELAY_MAX,
        LONG,
        300_000L,
        Range.atLeast(1),
        LOW,
        Width.SHORT,
        "Longest restart back-off",
        "The longest wait between two restarts in milliseconds.");
    Group errors = new Group(common.def, ERRORS);
    errors.key(
        ERRORS_RETRY_TIMEOUT,
        LONG,
        0L,
        Range.atLeast(-1),
        MEDIUM,
        Width.MEDIUM,
        "Retry Timeout for Errors",
        "How long a failed operation is tried again, in milliseconds; 0 for never, -1 for ever.");
    errors.key(
        ERRORS_RETRY_DELAY_MAX,
        LONG,
        60_000L,
        Range.atLeast(1),
        MEDIUM,
        Width.MEDIUM,
        "Maximum Delay Between Retries for Errors",
        "The longest wait between two tries, in milliseconds.");
    errors.key(
        ERRORS_TOLERANCE,
        STRING,
        "none",
        ValidString.in("none", "all"),
        MEDIUM,
        Width.SHORT,
        "Error Tolerance",
        "'none' fails the task at the first record it cannot process; 'all' skips such records.");
    errors.key(
        ERRORS_LOG,
        BOOLEAN,
        false,
        null,
        MEDIUM,
        Width.SHORT,
        "Log Errors",
        "Log also the errors that are tolerated.");
    errors.key(
        ERRORS_LOG_MESSAGES,
        BOOLEAN,
        false,
        null,
        MEDIUM,
        Width.SHORT,
        "Log Error Details",
        "Tell in that log which record failed.");
    return errors.def;
  }

  private static void checkName(String key, @Nullable Object value) {
    ConfigDef.NonEmptyStringWithoutControlChars.nonEmptyStringWithoutControlChars()
        .ensureValid(key, value);
    if (String.valueOf(value).length() > NAME_MAX_LENGTH) {
      throw new ConfigException(
          key, value, "A connector's name has at most " + NAME_MAX_LENGTH + " characters");
    }
  }

  private static void checkRegex(String key, @Nullable Object value) {
    try {
      Pattern.compile(String.valueOf(value));
    } catch (PatternSyntaxException e) {
      throw new ConfigException(key, value, "Not a regular expression: " + e.getDescription());
    }
  }

  private static void checkAliases(String key, @Nullable Object value) {
    if (value instanceof List<?> aliases && aliases.stream().distinct().count() < aliases.size()) {
      throw new ConfigException(key, value, "Duplicate alias provided.");
    }
  }

  /// Adds keys to a definition, counting their order in the group.
  private static final class Group {
    private final ConfigDef def;
    private String name;
    private int order;

    Group(ConfigDef def, String name) {
      this.def = def;
      this.name = name;
    }

    Group in(String other) {
      name = other;
      return this;
    }

    void required(String key, @Nullable Validator check, Width width, String title, String text) {
      def.define(
          key, STRING, ConfigDef.NO_DEFAULT_VALUE, check, HIGH, text, name, ++order, width, title);
    }

    void key(
        String key,
        ConfigDef.Type type,
        @Nullable Object value,
        @Nullable Validator check,
        Importance importance,
        Width width,
        String title,
        String text) {
      def.define(key, type, value, check, importance, text, name, ++order, width, title);
    }
  }
}
