package dev.daybook.connectors.jdbc;

import static dev.daybook.connectors.jdbc.Orders.event;
import static dev.daybook.connectors.jdbc.Orders.flat;
import static dev.daybook.connectors.jdbc.Orders.order;
import static dev.daybook.connectors.jdbc.Orders.tombstone;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the sink promises on every database.
abstract class SinkScenes {
  static final TopicPartition PARTITION = new TopicPartition(Orders.TOPIC, 0);

  Connection database;

  abstract Map<String, String> connection();

  abstract Connection connect() throws SQLException;

  @BeforeEach
  void openDatabase() throws SQLException {
    database = connect();
    run("DROP TABLE IF EXISTS \"orders\"");
    run("DROP TABLE IF EXISTS \"_connect_offsets\"");
  }

  @AfterEach
  void closeDatabase() throws SQLException {
    database.close();
  }

  Map<String, String> upsert() {
    Map<String, String> config = new HashMap<>(connection());
    config.put("name", "sink");
    config.put("insert.mode", "upsert");
    config.put("pk.mode", "record_key");
    config.put("delete.enabled", "true");
    config.put("auto.create", "true");
    config.put("auto.evolve", "true");
    config.put("table.name.format", "${table}");
    config.put("retry.backoff.ms", "0");
    return config;
  }

  Worker worker(List<SinkRecord> log) {
    return new Worker(PARTITION, log, upsert());
  }

  void run(String sql) throws SQLException {
    try (Statement statement = database.createStatement()) {
      statement.execute(sql);
    }
  }

  String one(String sql) throws SQLException {
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "no row";
    }
  }

  private static String exactly(@Nullable BigDecimal amount) {
    return amount == null ? "null" : amount.toPlainString();
  }

  Map<Long, String> orders() throws SQLException {
    Map<Long, String> orders = new TreeMap<>();
    try (Statement statement = database.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM \"orders\"")) {
      while (rows.next()) {
        orders.put(
            rows.getLong("id"),
            exactly(rows.getBigDecimal("amount"))
                + "|"
                + rows.getString("note")
                + "|"
                + rows.getString("document"));
      }
    }
    return orders;
  }

  @Test
  void makesTheTableAndKeepsHardValuesExact() throws SQLException {
    long big = (1L << 53) + 1;
    List<SinkRecord> log =
        List.of(
            event(
                0, "r", order(big, "12345678901234567890123456789.123456789", "🦆 naïve 漢字", null)),
            event(1, "c", order(-1, "-0.000000001", "", "x".repeat(100_000))));
    worker(log).startTask().deliver(10).stopTask();

    assertEquals(
        Map.of(
            big,
            "12345678901234567890123456789.123456789|🦆 naïve 漢字|null",
            -1L,
            "-0.000000001||" + "x".repeat(100_000)),
        orders());
  }

  @Test
  void followsInsertsUpdatesDeletesAndTombstones() throws SQLException {
    List<SinkRecord> log =
        List.of(
            event(0, "c", order(1, "1", "a", null)),
            event(1, "c", order(2, "2", "b", null)),
            event(2, "u", order(1, "1.5", "c", null)),
            event(3, "d", order(2, null, null, null)),
            tombstone(4, 2),
            flat(5, order(3, null, "flat", null)),
            tombstone(6, 99));
    for (int atOnce : new int[] {1, 3, 100}) {
      openDatabase();
      worker(log).startTask().deliver(atOnce).stopTask();
      assertEquals(
          Map.of(1L, "1.500000000|c|null", 3L, "null|flat|null"),
          orders(),
          "in batches of " + atOnce);
    }
  }

  @Test
  void keepsALargeValueThatAnUpdateLeftOut() throws SQLException {
    run(
        "CREATE TABLE \"orders\" (\"id\" bigint PRIMARY KEY, \"amount\" numeric(38,9), \"note\" varchar(100),"
            + " \"document\" varchar(100) NOT NULL)");
    List<SinkRecord> log =
        List.of(
            event(0, "c", order(1, "1", "a", "large")),
            event(1, "u", order(1, "2", "b", Orders.UNAVAILABLE)),
            event(2, "u", order(1, "3", "c", Orders.UNAVAILABLE)),
            event(3, "c", order(2, "1", "d", "first")),
            event(4, "u", order(2, "2", "e", "second")),
            event(5, "u", order(2, "3", "f", Orders.UNAVAILABLE)));
    for (int atOnce : new int[] {1, 2, 100}) {
      run("DELETE FROM \"orders\"");
      run("DROP TABLE IF EXISTS \"_connect_offsets\"");
      worker(log).startTask().deliver(atOnce).stopTask();
      assertEquals(
          Map.of(1L, "3.000000000|c|large", 2L, "3.000000000|f|second"),
          orders(),
          "in batches of " + atOnce);
    }
  }

  /// Debezium sends a delete with the new key, a tombstone, and a create that leaves large values out.
  @Test
  void keepsALargeValueWhenTheKeyOfItsRowChanges() throws SQLException {
    for (Object newKey :
        new Object[] {new Struct(Orders.KEY).put("id", 2L), Map.of("id", (byte) 2)}) {
      for (int atOnce : new int[] {1, 2, 100}) {
        openDatabase();
        SinkRecord away = event(1, "d", order(1, null, null, null));
        away.headers().add("__debezium.newkey", newKey, null);
        List<SinkRecord> log =
            List.of(
                event(0, "c", order(1, "1", "a", "large")),
                away,
                tombstone(2, 1),
                event(3, "c", order(2, "2", "b", Orders.UNAVAILABLE)),
                event(4, "c", order(1, "3", "c", "another")));
        Worker worker = worker(log).startTask().deliver(atOnce);
        worker.stopTask();
        assertEquals(Map.of(), worker.reported);
        assertEquals(
            Map.of(1L, "3.000000000|c|another", 2L, "2.000000000|b|large"),
            orders(),
            "in batches of " + atOnce);
      }
    }
  }

  @Test
  void writesNullWhereTheSchemaHasADefault() throws SQLException {
    Schema schema =
        SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("note", SchemaBuilder.string().optional().defaultValue("it's a default").build())
            .build();
    worker(List.of(flat(0, new Struct(schema).put("id", 1L)))).startTask().deliver(1).stopTask();
    assertEquals("null", one("SELECT \"note\" FROM \"orders\""));
    run("INSERT INTO \"orders\" (\"id\") VALUES (2)");
    assertEquals("it's a default", one("SELECT \"note\" FROM \"orders\" WHERE \"id\" = 2"));
  }

  @Test
  void addsAColumnWhenTheSchemaGrows() throws SQLException {
    Struct wider = order(Orders.WIDER_ROW, 2, "2", "b", null).put("channel", "web");
    List<SinkRecord> log = List.of(event(0, "c", order(1, "1", "a", null)), event(1, "c", wider));
    worker(log).startTask().deliver(10).stopTask();
    assertEquals("web", one("SELECT \"channel\" FROM \"orders\" WHERE \"id\" = 2"));
    assertEquals("null", one("SELECT \"channel\" FROM \"orders\" WHERE \"id\" = 1"));
  }

  @Test
  void refusesAMissingTableOrColumnNamingTheSetting() throws SQLException {
    Map<String, String> config = upsert();
    config.put("auto.create", "false");
    config.put("auto.evolve", "false");
    Struct wider = order(Orders.WIDER_ROW, 2, "2", "b", null).put("channel", "web");
    Worker worker =
        new Worker(PARTITION, List.of(event(0, "c", order(1, "1", "a", null))), config).startTask();
    Failure.of(ConnectException.class, () -> worker.deliver(1), "auto.create=true");
    worker.stopTask();

    worker(worker.log).startTask().deliver(1).stopTask();
    config.put("name", "second");
    Worker second = new Worker(PARTITION, List.of(event(0, "c", wider)), config).startTask();
    Failure.of(ConnectException.class, () -> second.deliver(1), "auto.evolve=true");
    second.stopTask();
  }

  @Test
  void setsExactlyTheBadRecordsAside() throws SQLException {
    run(
        "CREATE TABLE \"orders\" (\"id\" bigint PRIMARY KEY, \"amount\" numeric(38,9), \"note\" varchar(5),"
            + " \"document\" varchar(100))");
    Random random = new Random(7);
    Set<Long> bad = Set.of(3L, 4L, 57L, 99L);
    List<SinkRecord> log = new ArrayList<>();
    for (long id = 0; id < 100; id++) {
      log.add(event(id, "c", order(id, "1", bad.contains(id) ? "much too long" : "ok", null)));
    }
    Worker worker = worker(log).startTask().deliver(20 + random.nextInt(80)).commit();
    worker.stopTask();

    assertEquals(
        bad, Set.copyOf(worker.reported.keySet().stream().map(SinkRecord::kafkaOffset).toList()));
    assertEquals(
        LongStream.range(0, 100).filter(id -> !bad.contains(id)).boxed().toList(),
        List.copyOf(orders().keySet()));
    assertEquals(100, worker.committed);
  }

  @Test
  void stopsAtABadRecordWhenNobodyTakesIt() throws SQLException {
    run(
        "CREATE TABLE \"orders\" (\"id\" bigint PRIMARY KEY, \"amount\" numeric(38,9), \"note\" varchar(5),"
            + " \"document\" varchar(100))");
    Worker worker =
        worker(
            List.of(
                event(0, "c", order(1, "1", "ok", null)),
                event(1, "c", order(2, "1", "too long", null))));
    worker.reports = false;
    worker.startTask();
    Failure.of(ConnectException.class, () -> worker.deliver(10), Orders.TOPIC + "/0@1");
    worker.stopTask();

    assertEquals(Map.of(), orders(), "a batch is written whole or not at all");
  }

  /// Kill points: the task dies behind the table's commit and before the worker's own, again and again.
  @Test
  void losesAndDoublesNothingWhenKilledBetweenTheTwoCommits() throws SQLException {
    long seed = 20261122;
    Random random = new Random(seed);
    List<SinkRecord> log = new ArrayList<>();
    for (long i = 0; i < 500; i++) {
      log.add(flat(i, order(i, Long.toString(i), "n" + i, null)));
    }
    Map<String, String> config = upsert();
    config.put("insert.mode", "insert"); // A doubled record would break the primary key.
    Worker worker = new Worker(PARTITION, log, config);
    worker.reports = false;
    while (worker.committed < log.size()) {
      worker.startTask();
      for (int puts = random.nextInt(4); puts > 0 && worker.position < log.size(); puts--) {
        worker.deliverOnce(1 + random.nextInt(40));
      }
      if (random.nextInt(3) == 0) {
        worker.commit();
      }
      worker.task.stop(); // Killed: no close, no commit.
    }
    assertEquals(500, orders().size(), "seed " + seed);
    assertEquals("500", one("SELECT \"next_offset\" FROM \"_connect_offsets\""));
  }

  @Test
  void goesBackWhenTheTargetForgotWhatTheWorkerCommitted() throws SQLException {
    List<SinkRecord> log = new ArrayList<>();
    for (long i = 0; i < 20; i++) {
      log.add(flat(i, order(i, "1", "n", null)));
    }
    Worker worker = worker(log).startTask().deliver(5).commit();
    worker.stopTask();
    run("DELETE FROM \"orders\" WHERE \"id\" >= 12"); // A restore to an older moment.
    run("UPDATE \"_connect_offsets\" SET \"next_offset\" = 12");
    worker.startTask().deliver(5).commit().stopTask();
    assertEquals(20, orders().size());
  }

  @Test
  void fencesATaskThatDoesNotKnowItWasReplaced() throws SQLException {
    List<SinkRecord> log =
        List.of(
            event(0, "c", order(1, "1", "a", null)), event(1, "c", order(2, "1", "zombie", null)));
    Worker zombie = worker(log).startTask();
    zombie.deliverOnce(1);
    Worker owner = worker(log).startTask();
    assertEquals(List.of(1L), owner.rewinds);

    assertThrows(ConnectException.class, () -> zombie.deliverOnce(1));
    assertEquals(Map.of(1L, "1.000000000|a|null"), orders());
    owner.deliver(1).stopTask();
    zombie.stopTask();
    assertEquals(2, orders().size());
  }

  @Test
  void saysSoWhenTheLogStartsOver() throws SQLException {
    List<SinkRecord> log =
        List.of(event(0, "c", order(1, "1", "a", null)), event(1, "c", order(2, "1", "b", null)));
    worker(log).startTask().deliver(2).stopTask();
    Worker worker = worker(log).startTask();
    worker.position =
        0; // The topic was deleted and made anew, and the consumer was reset to its start.
    Failure.of(ConnectException.class, () -> worker.deliver(2), "reset this connector's offsets");

    worker.stopTask();

    Map<TopicPartition, Long> reset = new HashMap<>();
    reset.put(PARTITION, null);
    assertTrue(new JdbcSinkConnector().alterOffsets(upsert(), reset));
    worker(log).startTask().deliver(2).stopTask();
    assertEquals(2, orders().size());
  }

  @Test
  void namesAreOnlyEverNames() throws SQLException {
    String evil = "x\" int); DROP TABLE \"orders\"; --'";
    Schema schema =
        SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field(evil, Schema.STRING_SCHEMA)
            .build();
    Struct row = new Struct(schema).put("id", 1L).put(evil, "'; DROP TABLE \"orders\"; --");
    worker(List.of(flat(0, row))).startTask().deliver(1).stopTask();
    assertEquals(
        "'; DROP TABLE \"orders\"; --",
        one("SELECT * FROM \"orders\"".replace("*", '"' + evil.replace("\"", "\"\"") + '"')));
  }

  @Test
  void insertsWithoutAKeyAndUnderTheRecordsCoordinates() throws SQLException {
    Map<String, String> config = upsert();
    config.put("insert.mode", "insert");
    config.put("delete.enabled", "false");
    config.put("pk.mode", "kafka");
    List<SinkRecord> log =
        List.of(
            flat(0, order(1, "1", "a", null)), flat(1, order(1, "2", "b", null)), tombstone(2, 1));
    new Worker(PARTITION, log, config).startTask().deliver(10).stopTask();
    assertEquals("2", one("SELECT count(*) FROM \"orders\""));
    assertEquals("1", one("SELECT \"__connect_offset\" FROM \"orders\" WHERE \"note\" = 'b'"));
  }

  @Test
  void writesSchemalessMapsIntoATableThatExists() throws SQLException {
    run(
        "CREATE TABLE \"orders\" (\"id\" bigint PRIMARY KEY, \"amount\" numeric(38,9), \"note\" varchar(50),"
            + " \"document\" varchar(100))");
    Map<String, Object> row =
        new HashMap<>(Map.of("id", 1L, "amount", 2.5, "document", List.of(1, "a")));
    row.put("note", null);
    SinkRecord flat = new SinkRecord(Orders.TOPIC, 0, null, Map.of("id", 1L), null, row, 0);
    SinkRecord removed =
        new SinkRecord(
            Orders.TOPIC,
            0,
            null,
            Map.of("id", 2L),
            null,
            new HashMap<>(Map.of("op", "d", "after", "", "source", "")),
            1);
    worker(List.of(flat, removed)).startTask().deliver(10).stopTask();
    assertEquals(Map.of(1L, "2.500000000|null|[1,\"a\"]"), orders());
  }

  @Test
  void refusesAValueThatWouldBeRounded() throws SQLException {
    run(
        "CREATE TABLE \"orders\" (\"id\" bigint PRIMARY KEY, \"amount\" numeric(10,2), \"note\" double precision)");
    Schema schema =
        SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("amount", Schema.STRING_SCHEMA)
            .field("note", Schema.INT64_SCHEMA)
            .build();
    List<SinkRecord> log =
        List.of(
            flat(0, new Struct(schema).put("id", 1L).put("amount", "1.005").put("note", 1L)),
            flat(
                1,
                new Struct(schema).put("id", 2L).put("amount", "1.50").put("note", (1L << 53) + 1)),
            flat(2, new Struct(schema).put("id", 3L).put("amount", "1.500").put("note", 1L << 53)));
    Worker worker = worker(log).startTask().deliver(10);
    worker.stopTask();
    assertEquals(2, worker.reported.size());
    assertEquals("3", one("SELECT \"id\" FROM \"orders\""));
  }
}
