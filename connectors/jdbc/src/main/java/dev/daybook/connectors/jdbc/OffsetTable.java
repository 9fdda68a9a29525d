package dev.daybook.connectors.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The target's own record of how far this connector has come: one row per partition, changed only in the
/// transaction that writes the rows up to there.
///
/// ```
/// connector  topic  partition  next_offset  epoch
/// ```
///
/// Whoever opens a partition raises its epoch. A former owner that still writes finds another epoch, changes nothing
/// and learns that it lost; if it is in the middle of a transaction, opening waits for that row's lock and then reads
/// what it committed. `next_offset` is -1 until the first record.
final class OffsetTable {
  private final TableName name;
  private final Dialect dialect;
  private final String connector;
  private final String where;

  /// How far the table says a partition has come, and the epoch it was read at.
  record Claim(long nextOffset, long epoch) {}

  OffsetTable(String name, Dialect dialect, String connector) {
    this.name = TableName.of(name, "");
    this.dialect = dialect;
    this.connector = connector;
    this.where = " WHERE \"connector\" = ? AND \"topic\" = ? AND \"partition\" = ?";
  }

  void createIfMissing(Connection connection) throws SQLException {
    try {
      create(connection);
    } catch (SQLException raced) {
      // Two tasks that start together may both try; the second attempt sees the table of the first.
      connection.rollback();
      create(connection);
    }
  }

  private void create(Connection connection) throws SQLException {
    String text = dialect instanceof PostgresDialect ? "text" : "varchar(512)";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + dialect.quote(name)
              + (" (\"connector\" " + text + " NOT NULL, \"topic\" " + text + " NOT NULL,")
              + " \"partition\" integer NOT NULL, \"next_offset\" bigint NOT NULL, \"epoch\" bigint NOT NULL,"
              + " PRIMARY KEY (\"connector\", \"topic\", \"partition\"))");
    }
    connection.commit();
  }

  /// Takes a partition over: from here on every other owner's writes are refused.
  Claim claim(Connection connection, TopicPartition partition) throws SQLException {
    try {
      return claimOnce(connection, partition);
    } catch (SQLException raced) {
      // Another owner inserted the row first: now it is there to be taken over.
      connection.rollback();
      return claimOnce(connection, partition);
    }
  }

  private Claim claimOnce(Connection connection, TopicPartition partition) throws SQLException {
    if (update(connection, "SET \"epoch\" = \"epoch\" + 1", partition) == 0) {
      insert(connection, partition, -1);
    }
    Claim claim = read(connection, partition);
    connection.commit();
    if (claim == null) {
      throw new SQLException(
          "the row of " + partition + " in " + name + " vanished while it was claimed", "40001");
    }
    return claim;
  }

  /// Moves a partition forward within the caller's transaction, if it still stands where the caller thinks.
  boolean advance(Connection connection, TopicPartition partition, Claim from, long nextOffset)
      throws SQLException {
    String condition =
        " AND \"epoch\" = " + from.epoch() + " AND \"next_offset\" = " + from.nextOffset();
    return update(connection, "SET \"next_offset\" = " + nextOffset, partition, condition) == 1;
  }

  @Nullable Claim read(Connection connection, TopicPartition partition) throws SQLException {
    String sql = "SELECT \"next_offset\", \"epoch\" FROM " + dialect.quote(name) + where;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, partition);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? new Claim(row.getLong(1), row.getLong(2)) : null;
      }
    }
  }

  /// Sets where to go on by hand, as the offsets API asks; null forgets the partition. Fences a running task.
  void reset(Connection connection, TopicPartition partition, @Nullable Long nextOffset)
      throws SQLException {
    long next = nextOffset == null ? -1 : nextOffset;
    if (update(connection, "SET \"epoch\" = \"epoch\" + 1, \"next_offset\" = " + next, partition)
        == 0) {
      insert(connection, partition, next);
    }
  }

  private int update(Connection connection, String change, TopicPartition partition)
      throws SQLException {
    return update(connection, change, partition, "");
  }

  private int update(
      Connection connection, String change, TopicPartition partition, String condition)
      throws SQLException {
    String sql = "UPDATE " + dialect.quote(name) + " " + change + where + condition;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, partition);
      return statement.executeUpdate();
    }
  }

  private void insert(Connection connection, TopicPartition partition, long nextOffset)
      throws SQLException {
    String sql = "INSERT INTO " + dialect.quote(name) + " VALUES (?, ?, ?, " + nextOffset + ", 1)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, partition);
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, TopicPartition partition) throws SQLException {
    statement.setString(1, connector);
    statement.setString(2, partition.topic());
    statement.setInt(3, partition.partition());
  }
}
