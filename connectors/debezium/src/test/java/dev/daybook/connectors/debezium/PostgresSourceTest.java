package dev.daybook.connectors.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connectors.jdbc.JdbcSinkTask;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PostgresSourceTest {
  private static final String LARGE = "x".repeat(10_000);
  private static Database database;

  @BeforeAll
  static void startDatabase() throws IOException {
    database = new Database("logical");
  }

  @AfterAll
  static void stopDatabase() throws IOException {
    database.close();
  }

  @BeforeEach
  void makeTable() throws SQLException {
    database.run(
        "DROP SCHEMA IF EXISTS shop CASCADE",
        "CREATE SCHEMA shop",
        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, amount decimal(38,9), note text, document text,"
            + " at timestamptz DEFAULT '2026-11-22T10:11:12.123456Z', extra jsonb)",
        // Stored as it is, so that a large value is toasted for certain.
        "ALTER TABLE shop.orders ALTER COLUMN document SET STORAGE EXTERNAL");
  }

  private static Struct after(SourceRecord record) {
    return ((Struct) record.value()).getStruct("after");
  }

  private static String operation(SourceRecord record) {
    return record.value() == null ? "tombstone" : ((Struct) record.value()).getString("op");
  }

  @Test
  void readsASnapshotAndThenEveryChange() throws Exception {
    database.run(
        "INSERT INTO shop.orders VALUES (9007199254740993, 12345678901234567890123456789.123456789, '🦆', NULL)");
    SourceWorker worker = new SourceWorker(database.config("changes")).start();
    worker.await(1).commit();
    database.run(
        "INSERT INTO shop.orders VALUES (1, -0.000000001, 'naïve 漢字', '" + LARGE + "')",
        "UPDATE shop.orders SET note = NULL WHERE id = 1",
        "DELETE FROM shop.orders WHERE id = 1",
        "ALTER TABLE shop.orders ADD COLUMN channel text",
        "INSERT INTO shop.orders (id, channel) VALUES (2, 'web')");
    worker.await(5).commit().stop();

    List<SourceRecord> records = worker.kept;
    assertEquals(
        List.of("r", "c", "u", "d", "tombstone", "c"),
        records.stream().map(PostgresSourceTest::operation).toList());
    Struct snapshot = after(records.getFirst());
    assertEquals(9007199254740993L, snapshot.get("id"));
    assertEquals(new BigDecimal("12345678901234567890123456789.123456789"), snapshot.get("amount"));
    assertEquals("🦆", snapshot.get("note"));
    assertNull(snapshot.get("document"));
    assertEquals(LARGE, after(records.get(1)).get("document"));
    assertEquals("__debezium_unavailable_value", after(records.get(2)).get("document"));
    assertEquals("web", after(records.get(5)).get("channel"));
    assertEquals("changes.shop.orders", records.getFirst().topic());
    assertEquals("changes.shop.orders.Envelope", records.getFirst().valueSchema().name());
  }

  @Test
  void losesAndDoublesNothingWhenItCrashesBeforeACommit() throws Exception {
    SourceWorker worker = new SourceWorker(database.config("crashes"));
    int next = 0;
    for (int round = 0; round < 3; round++) {
      worker.start();
      for (int i = 0; i < 5; i++) {
        database.run("INSERT INTO shop.orders (id) VALUES (" + next++ + ")");
      }
      worker.await(5).commit();
      for (int i = 0; i < 5; i++) {
        database.run("INSERT INTO shop.orders (id) VALUES (" + next++ + ")");
      }
      worker.await(5).stop(); // Not committed: these five come again.
      database.run("INSERT INTO shop.orders (id) VALUES (" + next++ + ")"); // While it is down.
      worker.start().await(6).commit().stop();
    }
    List<Long> ids = worker.kept.stream().map(record -> after(record).getInt64("id")).toList();
    List<Long> expected = new ArrayList<>();
    for (long id = 0; id < next; id++) {
      expected.add(id);
    }
    assertEquals(expected, ids);
  }

  /// The whole way: what PostgreSQL holds is what H2 holds, large values that updates left out included.
  @Test
  void theJdbcSinkMakesTheSameTableOfItsEvents() throws Exception {
    database.run(
        "INSERT INTO shop.orders VALUES (9007199254740993, 1.5, '🦆', '"
            + LARGE
            + "', NULL, '{\"a\": 1.10}')",
        "INSERT INTO shop.orders VALUES (1, NULL, NULL, '" + LARGE + "')",
        "INSERT INTO shop.orders VALUES (2, 2, 'to be deleted', NULL)");
    SourceWorker source = new SourceWorker(database.config("pipe")).start();
    source.await(3).commit();
    database.run(
        "UPDATE shop.orders SET amount = 12345678901234567890123456789.123456789 WHERE id = 9007199254740993",
        "DELETE FROM shop.orders WHERE id = 2",
        "ALTER TABLE shop.orders ADD COLUMN channel text NOT NULL DEFAULT 'shop'",
        "INSERT INTO shop.orders (id, note, document) VALUES (3, 'new', '" + LARGE + "')",
        "UPDATE shop.orders SET note = 'newer', channel = 'web' WHERE id = 3",
        "UPDATE shop.orders SET id = 4 WHERE id = 1");
    source.await(8).commit().stop();

    try (Connection h2 = DriverManager.getConnection("jdbc:h2:mem:pipe;DB_CLOSE_DELAY=-1")) {
      for (int atOnce : new int[] {1, 4, 100}) {
        try (Statement statement = h2.createStatement()) {
          statement.execute("DROP ALL OBJECTS");
        }
        sink(source.kept, atOnce);
        assertEquals(
            rows(database.connect(), "shop.orders"),
            rows(h2, "\"orders\""),
            "in batches of " + atOnce);
      }
    }
  }

  private static void sink(List<SourceRecord> events, int atOnce) {
    Map<String, String> config = new HashMap<>();
    config.put("name", "pipe-sink");
    config.put("connection.url", "jdbc:h2:mem:pipe");
    config.put("insert.mode", "upsert");
    config.put("pk.mode", "record_key");
    config.put("delete.enabled", "true");
    config.put("auto.create", "true");
    config.put("auto.evolve", "true");
    config.put("table.name.format", "${table}");
    JdbcSinkTask task = new JdbcSinkTask();
    task.initialize(new SinkContext(config));
    task.start(config);
    task.open(Set.of(new TopicPartition("pipe.shop.orders", 0)));
    for (int from = 0; from < events.size(); from += atOnce) {
      List<SinkRecord> batch = new ArrayList<>();
      for (int offset = from; offset < Math.min(events.size(), from + atOnce); offset++) {
        batch.add(sinkRecord(events.get(offset), offset));
      }
      task.put(batch);
    }
    task.stop();
  }

  private static SinkRecord sinkRecord(SourceRecord event, int offset) {
    return new SinkRecord(
        event.topic(),
        0,
        event.keySchema(),
        event.key(),
        event.valueSchema(),
        event.value(),
        offset,
        0L,
        TimestampType.CREATE_TIME,
        event.headers());
  }

  private static List<String> rows(Connection connection, String table) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT \"id\", \"amount\", \"note\", \"document\", \"at\", \"extra\", \"channel\" FROM "
                    + table
                    + " ORDER BY \"id\"")) {
      while (row.next()) {
        rows.add(
            row.getLong(1)
                + "|"
                + row.getBigDecimal(2)
                + "|"
                + row.getString(3)
                + "|"
                + row.getString(4)
                + "|"
                + instant(row)
                + "|"
                + row.getString(6)
                + "|"
                + row.getString(7));
      }
    }
    return rows;
  }

  private static String instant(ResultSet row) throws SQLException {
    java.time.OffsetDateTime at = row.getObject(5, java.time.OffsetDateTime.class);
    return at == null ? "null" : at.toInstant().toString();
  }

  @Test
  void takesASlotAndAPublicationOfItsOwn() throws Exception {
    SourceWorker worker = new SourceWorker(database.config("Own-Prefix")).start();
    database.run("INSERT INTO shop.orders (id) VALUES (1)");
    worker.await(1).commit().stop();
    String name = GuardRails.identifier("Own-Prefix");
    assertTrue(name.matches("daybook_own_prefix_[0-9a-f]{8}"), name);
    assertEquals(
        "pgoutput",
        database.one("SELECT plugin FROM pg_replication_slots WHERE slot_name = '" + name + "'"));
    assertEquals(
        "shop.orders",
        database.one(
            "SELECT schemaname || '.' || tablename FROM pg_publication_tables WHERE pubname = '"
                + name
                + "'"));
  }
}
