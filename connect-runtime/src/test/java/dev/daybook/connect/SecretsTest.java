package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.source;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.Reply;
import dev.daybook.connect.scene.Stage;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Canaries in every place a secret can stand: none may be seen in an answer, a status or the log.
class SecretsTest {

  private static final String DECLARED = "canary-declared-\"9\\x";
  private static final String BY_NAME = "canary-by-name";
  private static final String IN_URL = "canary-in-url";
  private static final List<String> CANARIES = List.of("canary-declared", BY_NAME, IN_URL);

  private static Map<String, String> config(String name) {
    Map<String, String> config = source(name);
    config.put("name", name);
    config.put("secret.word", DECLARED);
    config.put("my.api.token", BY_NAME);
    config.put("connection.url", "jdbc:postgresql://db/x?user=u&password=" + IN_URL + "&ssl=true");
    return config;
  }

  @Test
  void noSecretLeavesTheWorkerAndTheMaskKeepsIt() {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    Level before = root.getLevel();
    root.setLevel(Level.INFO);
    root.addAppender(logged);
    String name = unique("secretive");
    List<String> seen;
    try (TestLog log = TestLog.start();
        TestWorker worker = TestWorker.start(log.bootstrapServers(), name, config -> config)) {
      walk(worker, name);
      seen = worker.seen();
      String stored = log.entries(name + "-configs").toString();
      assertTrue(stored.contains("canary-declared"), "the secret is kept for the next start");
      assertFalse(
          log.entries(name + "-status").toString().contains("canary-"), "a status holds a secret");
    } finally {
      root.detachAppender(logged);
      root.setLevel(before);
    }
    for (String canary : CANARIES) {
      seen.forEach(
          answer ->
              assertFalse(answer.contains(canary), "An answer shows " + canary + ": " + answer));
      logged.list.forEach(
          event ->
              assertFalse(
                  text(event).contains(canary), "The log shows " + canary + ": " + text(event)));
    }
    assertTrue(seen.size() > 15 && logged.list.size() > 5);
  }

  private static String text(ILoggingEvent event) {
    String trace =
        event.getThrowableProxy() == null
            ? ""
            : ThrowableProxyUtil.asString(event.getThrowableProxy());
    return event.getFormattedMessage() + trace;
  }

  private static void walk(TestWorker worker, String name) {
    Stage.of(name)
        .failOn(
            "start", new IllegalStateException("cannot log in with " + DECLARED + " or " + IN_URL));
    assertEquals(201, worker.create(name, config(name)).status());
    Await.until("it was started again by itself", () -> Stage.of(name).count("start") == 2);
    Map<String, String> never = new HashMap<>(config(name));
    never.put("restart.on.failure", "never");
    worker.put("/connectors/" + name + "/config", never);
    // The task of before the change would start again by itself.
    Await.until("the change is obeyed", () -> Stage.of(name).count("start") == 3);
    worker.awaitTask(name, 0, "RUNNING");
    Stage.of(name)
        .failOn("poll", new IllegalStateException("refused " + DECLARED + BY_NAME + IN_URL));
    worker.awaitTask(name, 0, "FAILED");
    String status = worker.get("/connectors/" + name + "/status").text();
    assertTrue(status.contains("refused ********"), status);
    for (String path : List.of("", "/config", "/tasks", "/status", "/tasks/0/status", "/offsets")) {
      worker.get("/connectors/" + name + path);
    }
    worker.get("/connectors?expand=info&expand=status");
    Stage.of(name).failOn("connector.start", new IllegalStateException("no " + DECLARED));
    worker.post("/connectors/" + name + "/restart");
    worker.awaitConnector(name, "FAILED");

    Map<String, String> shown = new HashMap<>();
    worker
        .get("/connectors/" + name + "/config")
        .json()
        .properties()
        .forEach(field -> shown.put(field.getKey(), field.getValue().asText()));
    assertEquals("********", shown.get("secret.word"));
    assertEquals("********", shown.get("my.api.token"));
    assertEquals(
        "jdbc:postgresql://db/x?user=u&password=********&ssl=true", shown.get("connection.url"));

    String validate = "/connector-plugins/dev.daybook.connect.scene.ScriptedSource/config/validate";
    Reply valid = worker.put(validate, shown);
    assertEquals(0, valid.json().path("error_count").asInt(), valid.text());
    assertEquals(0, worker.put(validate, config(name)).json().path("error_count").asInt());
    Map<String, String> wrong = config(name);
    wrong.put("tasks.max", DECLARED);
    worker.put(validate, wrong);
    worker.put("/connectors/" + name + "/config", wrong);

    shown.put("tasks.max", "2");
    assertEquals(200, worker.put("/connectors/" + name + "/config", shown).status());
    worker.awaitTask(name, 1, "RUNNING");
    assertEquals(400, worker.create("other", Map.copyOf(shown)).status());
    assertEquals(400, worker.put("/connectors/other/config", without(shown, "name")).status());
  }

  private static Map<String, String> without(Map<String, String> config, String key) {
    Map<String, String> rest = new HashMap<>(config);
    rest.remove(key);
    return rest;
  }
}
