package dev.daybook.connectors.debezium;

import io.debezium.connector.postgresql.PostgresConnector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Debezium's PostgreSQL connector with Daybook's guard-rails. Every setting of Debezium works as documented there; what
/// is not set gets the defaults of [GuardRails].
public final class PostgresSource extends PostgresConnector {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresSource.class);

  @Override
  public void start(Map<String, String> properties) {
    Map<String, String> refusals = GuardRails.refusals(properties, knownKeys());
    if (!refusals.isEmpty()) {
      throw new ConfigException(refusals.toString());
    }
    super.start(GuardRails.withDefaults(properties));
  }

  /// Refusals come first, for Debezium's own validation connects to the database with whatever it is given.
  @Override
  public Config validate(Map<String, String> properties) {
    Map<String, String> filled = GuardRails.withDefaults(properties);
    Map<String, String> refusals = GuardRails.refusals(properties, knownKeys());
    if (!refusals.isEmpty()) {
      Config config = new Config(new ArrayList<>(config().validate(filled)));
      refusals.forEach((key, message) -> addError(config, key, message));
      return config;
    }
    Config config = super.validate(filled);
    boolean clean =
        config.configValues().stream().allMatch(value -> value.errorMessages().isEmpty());
    if (clean) {
      addFindings(config, new DatabaseChecks(filled).findings());
    }
    return config;
  }

  private static void addFindings(Config config, List<DatabaseChecks.Finding> findings) {
    for (DatabaseChecks.Finding finding : findings) {
      if (finding.blocking()) {
        addError(config, finding.key(), finding.message());
      } else {
        LOG.warn("advice key={} {}", finding.key(), finding.message());
      }
    }
  }

  private static void addError(Config config, String key, String message) {
    for (ConfigValue value : config.configValues()) {
      if (value.name().equals(key)) {
        value.addErrorMessage(message);
        return;
      }
    }
    config
        .configValues()
        .add(new ConfigValue(key, null, new ArrayList<>(), new ArrayList<>(List.of(message))));
  }

  private java.util.Set<String> knownKeys() {
    return Objects.requireNonNull(config().names());
  }
}
