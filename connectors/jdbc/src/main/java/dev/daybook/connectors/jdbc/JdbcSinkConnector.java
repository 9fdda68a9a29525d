package dev.daybook.connectors.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkConnector;

/// Sink connector that writes records to tables of PostgreSQL or H2, exactly once.
public final class JdbcSinkConnector extends SinkConnector {
  private Map<String, String> properties = Map.of();

  @Override
  public String version() {
    return versionOfPackage();
  }

  static String versionOfPackage() {
    return Objects.requireNonNullElse(
        JdbcSinkConnector.class.getPackage().getImplementationVersion(), "unpackaged");
  }

  @Override
  public void start(Map<String, String> properties) {
    // Refused here too, for a worker need not have validated.
    JdbcSinkConfig unused = new JdbcSinkConfig(properties);
    this.properties = Map.copyOf(unused.originalsStrings());
  }

  @Override
  public Class<? extends Task> taskClass() {
    return JdbcSinkTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    List<Map<String, String>> configs = new ArrayList<>();
    for (int i = 0; i < maxTasks; i++) {
      configs.add(properties);
    }
    return configs;
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return JdbcSinkConfig.definition();
  }

  @Override
  public Config validate(Map<String, String> properties) {
    Config config = super.validate(properties);
    for (String contradiction : JdbcSinkConfig.contradictions(properties)) {
      String key = contradiction.substring(0, contradiction.indexOf(':'));
      for (ConfigValue value : config.configValues()) {
        if (value.name().equals(key)) {
          value.addErrorMessage(contradiction);
        }
      }
    }
    return config;
  }

  /// Where to go on is kept in the target, so offsets set through the worker are set there too.
  @Override
  public boolean alterOffsets(Map<String, String> properties, Map<TopicPartition, Long> offsets) {
    JdbcSinkConfig config = new JdbcSinkConfig(properties);
    JdbcUrl url = config.url();
    String connector = Objects.requireNonNullElse(properties.get("name"), "jdbc-sink");
    OffsetTable table =
        new OffsetTable(config.getString(JdbcSinkConfig.OFFSETS_TABLE), url.dialect(), connector);
    try (Connection connection = url.dataSource(config.user(), config.password()).getConnection()) {
      connection.setAutoCommit(false);
      table.createIfMissing(connection);
      for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
        table.reset(connection, offset.getKey(), offset.getValue());
      }
      connection.commit();
      return true;
    } catch (SQLException failure) {
      throw new ConnectException(
          "offsets in the target could not be changed: " + failure.getMessage(), failure);
    }
  }

  /// A small pool for one task: it makes connections again after they broke.
  static HikariDataSource pool(JdbcSinkConfig config, JdbcUrl url, String connector) {
    HikariConfig pool = new HikariConfig();
    pool.setDataSource(url.dataSource(config.user(), config.password()));
    pool.setPoolName("jdbc-sink-" + connector);
    pool.setMaximumPoolSize(1);
    pool.setMinimumIdle(0);
    pool.setAutoCommit(false);
    pool.setConnectionTimeout(config.getInt(JdbcSinkConfig.CONNECTION_TIMEOUT_MS));
    pool.setInitializationFailTimeout(-1);
    return new HikariDataSource(pool);
  }
}
