package dev.daybook.connectors.jdbc;

import static dev.daybook.connectors.jdbc.Orders.event;
import static dev.daybook.connectors.jdbc.Orders.flat;
import static dev.daybook.connectors.jdbc.Orders.order;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class PostgresSinkTest extends SinkScenes {
  @Override
  Map<String, String> connection() {
    return PostgresServer.SHARED.connection();
  }

  @Override
  Connection connect() throws SQLException {
    return PostgresServer.SHARED.connect();
  }

  private static Schema named(SchemaBuilder builder, String name) {
    return builder.name(name).optional().build();
  }

  private static final Schema VARIABLE =
      SchemaBuilder.struct()
          .name("io.debezium.data.VariableScaleDecimal")
          .optional()
          .field("scale", Schema.INT32_SCHEMA)
          .field("value", Schema.BYTES_SCHEMA)
          .build();

  private static final Schema ALL_TYPES =
      SchemaBuilder.struct()
          .field("id", Schema.INT64_SCHEMA)
          .field("u", named(SchemaBuilder.string(), "io.debezium.data.Uuid"))
          .field("j", named(SchemaBuilder.string(), "io.debezium.data.Json"))
          .field("z", named(SchemaBuilder.string(), "io.debezium.time.ZonedTimestamp"))
          .field("t", named(SchemaBuilder.int64(), "io.debezium.time.MicroTimestamp"))
          .field("d", named(SchemaBuilder.int32(), "io.debezium.time.Date"))
          .field("m", named(SchemaBuilder.int64(), "io.debezium.time.MicroTime"))
          .field("i", named(SchemaBuilder.int64(), "io.debezium.time.MicroDuration"))
          .field("v", VARIABLE)
          .field("b", Schema.OPTIONAL_BYTES_SCHEMA)
          .field("e", named(SchemaBuilder.string(), "io.debezium.data.Enum"))
          .field("a", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).optional().build())
          .field("n", SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).optional().build())
          .field("s", SchemaBuilder.struct().optional().field("x", Schema.FLOAT64_SCHEMA).build())
          .field("f", Schema.OPTIONAL_FLOAT32_SCHEMA)
          .field(
              "bits",
              named(SchemaBuilder.bytes().parameter("length", "10"), "io.debezium.data.Bits"))
          .build();

  private static Struct allTypes(long id) {
    Struct row = new Struct(ALL_TYPES).put("id", id);
    row.put("u", "3e4666bf-d5e5-4aa7-b8ce-cefe41c7568a");
    row.put("j", "{\"big\": 9007199254740993, \"d\": 1.10}");
    row.put("z", "2026-11-22T10:11:12.123456Z");
    row.put("t", 1_795_342_272_123_456L);
    row.put("d", 20779);
    row.put("m", 86_400_000_000L);
    row.put("i", 90_000_001L);
    byte[] unscaled = new BigDecimal("12345678901234567890.12345").unscaledValue().toByteArray();
    row.put("v", new Struct(VARIABLE).put("scale", 5).put("value", unscaled));
    row.put("b", ByteBuffer.wrap(new byte[] {0, -1, 127}));
    row.put("e", "sent");
    List<String> texts = new ArrayList<>(List.of("a\"b", "{,}"));
    texts.add(null);
    row.put("a", texts);
    row.put("n", List.of(1, -2));
    row.put("s", new Struct(ALL_TYPES.field("s").schema()).put("x", 1.5));
    row.put("f", 0.1f);
    row.put("bits", new byte[] {5, 2});
    return row;
  }

  private static final String EXPECTED =
      "3e4666bf-d5e5-4aa7-b8ce-cefe41c7568a {\"d\": 1.10, \"big\": 9007199254740993} 2026-11-22 10:11:12.123456+00"
          + " 2026-11-22 10:11:12.123456 2026-11-22 24:00:00 00:01:30.000001 12345678901234567890.12345 \\x00ff7f"
          + " sent {\"a\\\"b\",\"{,}\",NULL} {1,-2} {\"x\": 1.5} 0.1";

  private String allColumns(long id) throws SQLException {
    run("SET TIME ZONE 'UTC'");
    run("SET intervalstyle = 'postgres'");
    return one(
        "SELECT concat_ws(' ', u, j, z, t, d, m, i, v, b, e, a, n, s, f) FROM \"orders\" WHERE \"id\" = "
            + id);
  }

  @Test
  void knowsTheTypesOfDebeziumWhenItMakesTheTable() throws SQLException {
    List<SinkRecord> log =
        List.of(
            flat(0, allTypes(1)),
            flat(1, allTypes(2)),
            flat(2, new Struct(ALL_TYPES).put("id", 3L)));
    Worker worker = worker(log).startTask().deliver(10);
    worker.stopTask();
    assertEquals(Map.of(), worker.reported);
    assertEquals(EXPECTED, allColumns(1));
    assertEquals(EXPECTED, allColumns(2));
    assertEquals("", allColumns(3));
    assertEquals(
        "0000001000000101", one("SELECT bits FROM \"orders\" WHERE \"id\" = 1").substring(0, 16));
    assertEquals(
        "uuid jsonb timestamptz timestamp date time interval numeric bytea text _text _int4 jsonb float4",
        one(
            "SELECT string_agg(udt_name, ' ' ORDER BY ordinal_position) FROM information_schema.columns"
                + " WHERE table_name = 'orders' AND column_name NOT IN ('id', 'bits')"));
  }

  @Test
  void fitsValuesToTheTypesOfATableThatExists() throws SQLException {
    run("DROP TYPE IF EXISTS order_state CASCADE");
    run("CREATE TYPE order_state AS ENUM ('new', 'sent')");
    run(
        "CREATE TABLE \"orders\" (id integer PRIMARY KEY, u uuid, j json, z timestamp, t timestamptz, d timestamp,"
            + " m time, i interval, v numeric(25,5), b bytea, e order_state, a varchar(10)[], n bigint[], s text,"
            + " f double precision, bits bit(10), ip inet)");
    Schema withIp = withIp();
    Struct row = new Struct(withIp).put("ip", "10.0.0.1/8");
    ALL_TYPES.fields().forEach(field -> row.put(field.name(), allTypes(1).get(field.name())));
    Worker worker = worker(List.of(flat(0, row))).startTask().deliver(1);
    worker.stopTask();
    assertEquals(Map.of(), worker.reported);
    assertEquals(
        "10.0.0.1/8 1000000101 sent", one("SELECT concat_ws(' ', ip, bits, e) FROM \"orders\""));
    run("SET TIME ZONE 'UTC'");
    assertEquals("2026-11-22 10:11:12.123456+00", one("SELECT t FROM \"orders\""));
    assertEquals("2026-11-22 10:11:12.123456", one("SELECT z FROM \"orders\""));
  }

  private static Schema withIp() {
    SchemaBuilder builder = SchemaBuilder.struct();
    ALL_TYPES.fields().forEach(field -> builder.field(field.name(), field.schema()));
    return builder.field("ip", Schema.OPTIONAL_STRING_SCHEMA).build();
  }

  @Test
  void triesAgainAfterTheServerCutTheConnection() throws SQLException {
    List<SinkRecord> log =
        List.of(event(0, "c", order(1, "1", "a", null)), event(1, "c", order(2, "2", "b", null)));
    Worker worker = worker(log).startTask();
    worker.deliverOnce(1);
    one(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'daybook-jdbc-sink'");
    worker.deliver(1).commit().stopTask();
    assertEquals(2, orders().size());
    assertEquals(2, worker.committed);
  }

  @Test
  void startsWhileTheServerIsAwayAndCatchesUpLater() throws Exception {
    List<SinkRecord> log = new ArrayList<>();
    for (long i = 0; i < 10; i++) {
      log.add(event(i, "c", order(i, "1", "n", null)));
    }
    worker(log.subList(0, 4)).startTask().deliver(2).stopTask();
    int port = freePort();
    Map<String, String> config = upsert();
    config.put("insert.mode", "insert");
    config.put("connection.timeout.ms", "2000"); // Enough for a slow server that is there.
    config.put("connection.url", "jdbc:postgresql://127.0.0.1:" + port + "/postgres");
    Worker worker = new Worker(PARTITION, log, config);
    worker.committed = 2; // Behind the target: what comes from here is there already.
    worker.startTask();
    assertEquals(List.of(), worker.rewinds);
    try (Wire wire = new Wire(port, PostgresServer.SHARED.port())) {
      assertEquals(port, wire.port());
      worker.deliver(3).commit().stopTask();
    }
    assertEquals(List.of(4L), worker.rewinds);
    assertEquals(10, orders().size());
    assertEquals(10, worker.committed);
  }

  @Test
  void givesUpAfterTheConfiguredRetries() throws IOException {
    Map<String, String> config = upsert();
    config.put("connection.timeout.ms", "250");
    config.put("connection.url", "jdbc:postgresql://127.0.0.1:" + freePort() + "/postgres");
    config.put("max.retries", "1");
    Worker worker =
        new Worker(PARTITION, List.of(event(0, "c", order(1, "1", "a", null))), config).startTask();
    Failure.of(ConnectException.class, () -> worker.deliver(1), "after 1 retries");
    assertEquals(1, worker.retries);
    worker.stopTask();
  }

  /// The hardest moment: the commit happened, its answer did not arrive, the same records come again.
  @Test
  void asksTheTargetWhenACommitWentUnanswered() throws Exception {
    List<SinkRecord> log = new ArrayList<>();
    for (long i = 0; i < 10; i++) {
      log.add(event(i, "c", order(i, "1", "n", null)));
    }
    try (Wire wire = new Wire(0, PostgresServer.SHARED.port())) {
      Map<String, String> config = upsert();
      config.put("insert.mode", "insert");
      config.put(
          "connection.url",
          "jdbc:postgresql://127.0.0.1:" + wire.port() + "/postgres?prepareThreshold=0");
      Worker worker = new Worker(PARTITION, log, config);
      worker.startTask().deliverOnce(3);
      wire.answersToSwallow.set(1);
      worker.deliverOnce(4);
      assertEquals(1, worker.retries);
      worker.deliver(3).commit().stopTask();
      assertEquals(Map.of(), worker.reported);
      assertEquals(10, worker.committed);
    }
    assertEquals(10, orders().size());
  }

  /// Not one of those that the system gives to outgoing connections: whoever tries it meanwhile could meet itself there.
  private static int freePort() throws IOException {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(12_000, 28_000);
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException e) {
        // Another one.
      }
    }
  }

  @Test
  void failsAtOnceWithoutRightsSayingSo() throws SQLException {
    run("DROP ROLE IF EXISTS nobody_here");
    run("CREATE ROLE nobody_here LOGIN PASSWORD 'x'");
    Map<String, String> config = upsert();
    config.put("connection.user", "nobody_here");
    config.put("connection.password", "x");
    Worker worker = new Worker(PARTITION, List.of(event(0, "c", order(1, "1", "a", null))), config);
    Failure.of(ConnectException.class, worker::startTask, "trying again will not help");
    worker.task.stop();
  }

  @Test
  void writesManyRowsInOneStatement() {
    List<SinkRecord> log = new ArrayList<>();
    for (long i = 0; i < 20_000; i++) {
      log.add(event(i, "r", order(i, "1.5", "note " + i, null)));
    }
    Worker worker = worker(log).startTask();
    long start = System.nanoTime();
    worker.deliver(2000).stopTask();
    System.out.printf("20000 rows in %d ms%n", (System.nanoTime() - start) / 1_000_000);
  }
}
