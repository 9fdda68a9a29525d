package dev.daybook.connect.config;

/// The names of the settings that the runtime itself understands in a connector's configuration.
public final class ConnectorKeys {

  public static final String NAME = "name";
  public static final String CONNECTOR_CLASS = "connector.class";
  public static final String CONNECTOR_VERSION = "connector.plugin.version";
  public static final String TASKS_MAX = "tasks.max";
  public static final String TASKS_MAX_ENFORCE = "tasks.max.enforce";
  public static final String TASK_CLASS = "task.class";
  public static final String KEY_CONVERTER = "key.converter";
  public static final String VALUE_CONVERTER = "value.converter";
  public static final String HEADER_CONVERTER = "header.converter";
  public static final String TRANSFORMS = "transforms";
  public static final String PREDICATES = "predicates";
  public static final String CONFIG_RELOAD = "config.action.reload";
  public static final String ERRORS_RETRY_TIMEOUT = "errors.retry.timeout";
  public static final String ERRORS_RETRY_DELAY_MAX = "errors.retry.delay.max.ms";
  public static final String ERRORS_TOLERANCE = "errors.tolerance";
  public static final String ERRORS_LOG = "errors.log.enable";
  public static final String ERRORS_LOG_MESSAGES = "errors.log.include.messages";
  public static final String DLQ_TOPIC = "errors.deadletterqueue.topic.name";
  public static final String DLQ_REPLICATION = "errors.deadletterqueue.topic.replication.factor";
  public static final String DLQ_HEADERS = "errors.deadletterqueue.context.headers.enable";
  public static final String TOPICS = "topics";
  public static final String TOPICS_REGEX = "topics.regex";
  public static final String TOPIC_GROUPS = "topic.creation.groups";
  public static final String EXACTLY_ONCE = "exactly.once.support";
  public static final String BOUNDARY = "transaction.boundary";
  public static final String BOUNDARY_INTERVAL = "transaction.boundary.interval.ms";
  public static final String OFFSETS_TOPIC = "offsets.storage.topic";

  /// Beyond Kafka Connect: `virtual` (default) or `platform`, for connectors whose native calls would hold a carrier thread.
  public static final String TASK_THREAD = "task.thread";

  /// Beyond Kafka Connect: `always` (default) or `never`, and the waits between restarts of what failed.
  public static final String RESTART = "restart.on.failure";

  public static final String RESTART_DELAY = "restart.backoff.ms";
  public static final String RESTART_DELAY_MAX = "restart.backoff.max.ms";

  /// Marks a connector that belongs to a file of the configuration directory, by the file's name.
  public static final String CONFIG_FILE = "daybook.config.file";

  private ConnectorKeys() {}
}
