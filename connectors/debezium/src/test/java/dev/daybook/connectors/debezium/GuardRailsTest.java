package dev.daybook.connectors.debezium;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuardRailsTest {
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
        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text)");
  }

  private static Map<String, String> with(String... more) {
    Map<String, String> config = database.config("guarded");
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return config;
  }

  private static List<String> errors(Map<String, String> config) {
    List<String> errors = new ArrayList<>();
    for (ConfigValue value : new PostgresSource().validate(config).configValues()) {
      errors.addAll(value.errorMessages());
    }
    return errors;
  }

  private static void assertRefused(Map<String, String> config, String words) {
    List<String> errors = errors(config);
    assertTrue(
        errors.stream().anyMatch(error -> error.contains(words)), words + " not in " + errors);
  }

  @Test
  void acceptsAnOrdinaryConfigurationAndFillsTheRest() {
    assertEquals(List.of(), errors(with()));
    PostgresSource connector = new PostgresSource();
    connector.start(with("heartbeat.interval.ms", "5"));
    Map<String, String> task = connector.taskConfigs(1).getFirst();
    assertEquals("pgoutput", task.get("plugin.name"));
    assertEquals("filtered", task.get("publication.autocreate.mode"));
    assertEquals("daybook_guarded", task.get("slot.name"));
    assertEquals("daybook_guarded", task.get("publication.name"));
    assertEquals("20", task.get("poll.interval.ms"));
    assertEquals("5", task.get("heartbeat.interval.ms"), "what the user says counts");
    assertEquals(ExactlyOnceSupport.SUPPORTED, connector.exactlyOnceSupport(with()));
  }

  @Test
  void namesOfSlotsFitAndDiffer() {
    assertEquals("daybook_shop_1", GuardRails.identifier("shop_1"));
    assertNotEquals(GuardRails.identifier("shop-1"), GuardRails.identifier("shop.1"));
    assertNotEquals(GuardRails.identifier("Shop"), GuardRails.identifier("shop"));
    for (String prefix : List.of("x".repeat(300), "Ünï-cöde", "a.b-c", "'; DROP")) {
      assertTrue(GuardRails.identifier(prefix).matches("[a-z0-9_]{1,63}"), prefix);
    }
  }

  @Test
  void refusesATableWhoseUpdatesItWouldBreak() throws SQLException {
    database.run("CREATE TABLE shop.log (line text)");
    assertRefused(with(), "shop.log, which has no key to replicate by");
    assertEquals(List.of(), errors(with("table.include.list", "shop.orders")));
    database.run("ALTER TABLE shop.log REPLICA IDENTITY FULL");
    assertEquals(List.of(), errors(with()));
    database.run("ALTER TABLE shop.orders REPLICA IDENTITY NOTHING");
    assertRefused(with(), "shop.orders, which has no key to replicate by");
  }

  @Test
  void refusesAUserWithoutRightsNamingThem() throws SQLException {
    database.run(
        "DROP ROLE IF EXISTS reader",
        "CREATE ROLE reader LOGIN PASSWORD 'x'",
        "GRANT USAGE ON SCHEMA shop TO reader");
    List<String> errors = errors(with("database.user", "reader", "database.password", "x"));
    assertFalse(errors.isEmpty());
    database.run("ALTER ROLE reader REPLICATION");
    Map<String, String> reader = with("database.user", "reader", "database.password", "x");
    assertRefused(reader, "GRANT SELECT ON shop.orders");
    assertRefused(reader, "CREATE on the database");
    assertRefused(reader, "only its owner can publish");
    database.run("DROP OWNED BY reader", "DROP ROLE reader");
  }

  @Test
  void refusesAFilterThatMatchesNothing() {
    assertRefused(with("table.include.list", "shop.order"), "matches no table");
  }

  @Test
  void refusesAServerWithoutLogicalReplication() throws IOException, SQLException {
    try (Database plain = new Database("replica")) {
      plain.run("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint PRIMARY KEY)");
      List<String> errors = errors(plain.config("plain"));
      assertTrue(errors.stream().anyMatch(error -> error.contains("logical")), errors.toString());
    }
  }

  /// Settings through which the driver would make classes, open files or connect elsewhere.
  @Test
  void refusesHostileSettingsBeforeAnythingConnects() throws IOException {
    Map<String, String> hostile = new HashMap<>();
    hostile.put("database.sslfactory", "java.io.FileOutputStream");
    hostile.put("database.socketFactory", "java.io.FileOutputStream");
    hostile.put("database.loggerFile", "/tmp/written");
    hostile.put("database.authenticationPluginClassName", "evil.Plugin");
    hostile.put(
        "driver.socketFactory",
        "org.springframework.context.support.ClassPathXmlApplicationContext");
    hostile.put("driver.socketFactoryArg", "http://127.0.0.1/evil.xml");
    hostile.put("driver.sslfactory", "java.io.FileOutputStream");
    hostile.put("driver.loggerFile", "/tmp/written");
    hostile.put("driver.preferQueryMode", "simple");
    hostile.put("database.sslkey", "/etc/shadow");
    hostile.put("database.sslrootcert", "/etc/passwd");
    hostile.put("signal.file", "/etc/passwd");
    hostile.put(
        "database.dbname",
        "postgres?socketFactory=java.io.FileOutputStream&socketFactoryArg=/tmp/written");
    hostile.put("database.hostname", "127.0.0.1/postgres?socketFactory=java.io.FileOutputStream#");
    try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      hostile.forEach(
          (key, value) -> {
            Map<String, String> config = with("database.port", "" + listener.getLocalPort());
            config.put(key, value);
            assertRefused(config, key);
            assertThrows(ConfigException.class, () -> new PostgresSource().start(config), key);
          });
      listener.setSoTimeout(200);
      assertThrows(
          SocketTimeoutException.class,
          listener::accept,
          "a refused configuration was connected with");
    }
    assertEquals(List.of(), errors(with("driver.connectTimeout", "5")));
  }
}
