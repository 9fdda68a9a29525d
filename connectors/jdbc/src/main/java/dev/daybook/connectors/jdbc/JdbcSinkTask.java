package dev.daybook.connectors.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.daybook.connectors.jdbc.ChangeWriter.Pending;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes records to tables, each exactly once. All methods run on the task's thread.
///
/// `put` ends with rows and offsets committed together, or with nothing changed: nothing is buffered between calls.
/// When the process dies after the commit and before the worker commits its own offsets, `open` finds the truth in
/// the target and sends the worker there.
public final class JdbcSinkTask extends SinkTask {
  private static final Logger LOG = LoggerFactory.getLogger(JdbcSinkTask.class);

  private @Nullable Target target;

  /// What `start` makes from the configuration.
  private record Target(
      JdbcSinkConfig config,
      HikariDataSource pool,
      TableCatalog catalog,
      ChangeReader reader,
      ChangeWriter writer,
      ErrantRecords errants,
      Positions positions,
      Retries retries) {}

  @Override
  public String version() {
    return JdbcSinkConnector.versionOfPackage();
  }

  @Override
  public void start(Map<String, String> properties) {
    JdbcSinkConfig config = new JdbcSinkConfig(properties);
    JdbcUrl url = config.url();
    Dialect dialect = url.dialect();
    TableCatalog catalog =
        new TableCatalog(
            dialect,
            config.getBoolean(JdbcSinkConfig.AUTO_CREATE),
            config.getBoolean(JdbcSinkConfig.AUTO_EVOLVE));
    ErrantRecords errants = new ErrantRecords(context.errantRecordReporter());
    String connector = Objects.requireNonNullElse(properties.get("name"), "jdbc-sink");
    OffsetTable offsets =
        new OffsetTable(config.getString(JdbcSinkConfig.OFFSETS_TABLE), dialect, connector);
    target =
        new Target(
            config,
            JdbcSinkConnector.pool(config, url, connector),
            catalog,
            new ChangeReader(config),
            new ChangeWriter(dialect, catalog, config.insertMode(), errants::report),
            errants,
            new Positions(offsets, context),
            new Retries(config, context));
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    Target target = target();
    target.positions.open(partitions);
    try (Connection connection = target.pool.getConnection()) {
      target.positions.claim(connection);
    } catch (SQLException failure) {
      if (SqlFailure.of(failure) != SqlFailure.PASSING) {
        throw Retries.lasting(failure);
      }
      LOG.warn(
          "target not reachable yet, partitions are claimed with the first records error={}",
          failure.toString());
    }
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    if (target != null) {
      target.positions.close(partitions);
    }
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    if (records.isEmpty()) {
      return;
    }
    Target target = target();
    try (Connection connection = target.pool.getConnection()) {
      Collection<TopicPartition> rewound = target.positions.claim(connection);
      List<SinkRecord> here =
          records.stream()
              .filter(record -> !rewound.contains(Positions.partition(record)))
              .toList();
      int size = target.config.getInt(JdbcSinkConfig.BATCH_SIZE);
      for (int from = 0; from < here.size(); from += size) {
        writeBatch(target, connection, here.subList(from, Math.min(here.size(), from + size)));
      }
      target.retries.succeeded();
    } catch (SQLException failure) {
      target.catalog.forget();
      target.positions.doubt();
      throw target.retries.failed(failure);
    }
  }

  private static void writeBatch(Target target, Connection connection, List<SinkRecord> batch)
      throws SQLException {
    try {
      List<SinkRecord> fresh = target.positions.fresh(batch);
      // Tables are changed before the transaction that counts, for DDL may commit.
      List<Pending> pending = new ArrayList<>();
      for (SinkRecord record : fresh) {
        read(target, connection, record, pending);
      }
      Map<TopicPartition, Long> next = Positions.next(fresh);
      target.positions.advance(connection, next);
      target.writer.write(connection, pending);
      target.errants.awaitReports();
      connection.commit();
      target.positions.committed(next);
    } catch (SQLException | RuntimeException failure) {
      rollBack(connection, failure);
      throw failure;
    }
  }

  private static void read(
      Target target, Connection connection, SinkRecord record, List<Pending> pending)
      throws SQLException {
    try {
      Change change = target.reader.read(record);
      target.catalog.prepare(connection, change);
      pending.add(new Pending(record, change));
    } catch (DataException unreadable) {
      target.errants.report(record, unreadable);
    }
  }

  private static void rollBack(Connection connection, Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException alsoLost) {
      cause.addSuppressed(alsoLost);
    }
  }

  /// Every record `put` took is committed in the target, so what the worker has consumed is durable, filtered records
  /// included.
  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> consumed) {
    Map<TopicPartition, OffsetAndMetadata> durable = new HashMap<>();
    consumed.forEach((partition, offset) -> target().positions.durable(partition, offset, durable));
    return durable;
  }

  @Override
  public void stop() {
    if (target != null) {
      target.pool.close();
      target = null;
    }
  }

  private Target target() {
    if (target == null) {
      throw new ConnectException("the task is not started");
    }
    return target;
  }
}
