package dev.daybook.connect.config;

import static dev.daybook.connect.config.ConnectorKeys.*;

import dev.daybook.connect.plugin.PluginKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.AbstractConfig;
import org.jspecify.annotations.Nullable;

/// The parsed runtime settings of one connector, read from its resolved configuration.
public final class ConnectorSettings {

  private final Map<String, String> raw;
  private final AbstractConfig parsed;

  public ConnectorSettings(PluginKind kind, Map<String, String> resolved) {
    this.raw = Map.copyOf(resolved);
    this.parsed = new AbstractConfig(ConnectorDef.base(kind).def(), resolved, false);
  }

  public Map<String, String> raw() {
    return raw;
  }

  public String name() {
    return parsed.getString(NAME);
  }

  public String connectorClass() {
    return parsed.getString(CONNECTOR_CLASS);
  }

  public int tasksMax() {
    return parsed.getInt(TASKS_MAX);
  }

  public boolean enforceTasksMax() {
    return parsed.getBoolean(TASKS_MAX_ENFORCE);
  }

  public boolean platformThread() {
    return "platform".equals(parsed.getString(TASK_THREAD));
  }

  public boolean toleratesAll() {
    return "all".equals(parsed.getString(ERRORS_TOLERANCE));
  }

  public long retryTimeoutMs() {
    return parsed.getLong(ERRORS_RETRY_TIMEOUT);
  }

  public long retryDelayMaxMs() {
    return parsed.getLong(ERRORS_RETRY_DELAY_MAX);
  }

  public boolean logsErrors() {
    return parsed.getBoolean(ERRORS_LOG);
  }

  public boolean logsRecords() {
    return parsed.getBoolean(ERRORS_LOG_MESSAGES);
  }

  public boolean restarts() {
    return "always".equals(parsed.getString(RESTART));
  }

  public Duration restartDelay() {
    return Duration.ofMillis(parsed.getLong(RESTART_DELAY));
  }

  public Duration restartDelayMax() {
    return Duration.ofMillis(parsed.getLong(RESTART_DELAY_MAX));
  }

  /// The dead letter queue's topic; empty for none.
  public String deadLetterTopic() {
    return parsed.getString(DLQ_TOPIC);
  }

  public short deadLetterReplication() {
    return parsed.getShort(DLQ_REPLICATION);
  }

  public boolean deadLetterHeaders() {
    return parsed.getBoolean(DLQ_HEADERS);
  }

  public List<String> topics() {
    return parsed.getList(TOPICS);
  }

  public String topicsRegex() {
    return Objects.requireNonNullElse(parsed.getString(TOPICS_REGEX), "");
  }

  public List<String> topicGroups() {
    return parsed.getList(TOPIC_GROUPS);
  }

  public @Nullable String get(String key) {
    return raw.get(key);
  }
}
