package dev.daybook.connect.plugin;

import static dev.daybook.connect.scene.Scene.STRINGS;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two plug-ins that bring the same library in different versions live beside each other.
class PluginIsolationTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private static final String SERVICE = "org.apache.kafka.connect.source.SourceConnector";

  private Path plugins() throws IOException {
    Path plugins = folder.resolve("plugins");
    PluginJar.write(
        plugins.resolve("one/one.jar"),
        PluginJar.sources("one", "library 1"),
        Map.of(SERVICE, "one.GreetingSourceConnector"));
    PluginJar.write(
        plugins.resolve("two/two.jar"),
        PluginJar.sources("two", "library 2"),
        Map.of()); // found by its classes
    Files.createDirectories(plugins.resolve("empty"));
    return plugins;
  }

  @Test
  void findsPluginsByServiceFilesAndByTheirClasses() throws IOException {
    try (Plugins plugins =
        Plugins.scan(List.of(plugins(), folder.resolve("missing")), getClass().getClassLoader())) {
      List<String> sources = PluginJar.names(plugins, PluginKind.SOURCE);
      assertTrue(
          sources.containsAll(
              List.of("one.GreetingSourceConnector", "two.GreetingSourceConnector")),
          sources.toString());
      assertFalse(sources.contains("one.GreetingSourceConnector$GreetingTask"));
      Plugin one = plugins.connector("one.GreetingSourceConnector").orElseThrow();
      Plugin two = plugins.connector("two.GreetingSourceConnector").orElseThrow();
      assertEquals("library 1", one.version());
      assertEquals("library 2", two.version());
      assertTrue(one.location().endsWith("one"));
      assertThrows(
          ClassNotFoundException.class,
          () -> Class.forName("two.GreetingSourceConnector", false, one.loader()));
      assertEquals(
          Class.forName("org.apache.kafka.connect.source.SourceTask", false, one.loader()),
          org.apache.kafka.connect.source.SourceTask.class,
          "the contract is shared");
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anAliasMustBeUnambiguous() throws IOException {
    try (Plugins plugins = Plugins.scan(List.of(plugins()), getClass().getClassLoader())) {
      ConnectException refused =
          assertThrows(ConnectException.class, () -> plugins.connector("GreetingSource"));
      assertTrue(String.valueOf(refused.getMessage()).contains("use the full class name"));
      assertEquals(
          "org.apache.kafka.connect.json.JsonConverter",
          plugins
              .find(PluginKind.CONVERTER, "Json", getClass().getClassLoader())
              .orElseThrow()
              .className());
    }
  }

  @Test
  void runsBothWithTheirOwnLibraryAndContextLoader() throws IOException {
    Path plugins = plugins();
    String name = unique("isolated");
    try (TestLog log = TestLog.start();
        TestWorker worker =
            TestWorker.start(
                log.bootstrapServers(), name, config -> config.withPluginPath(List.of(plugins)))) {
      for (String plugin : List.of("one", "two")) {
        Map<String, String> config =
            Map.of(
                "connector.class",
                plugin + ".GreetingSourceConnector",
                "topic",
                name + plugin,
                "value.converter",
                STRINGS,
                "topic.creation.default.partitions",
                "1");
        assertEquals(201, worker.create(name + plugin, config).status());
      }
      for (String plugin : List.of("one", "two")) {
        worker.awaitTask(name + plugin, 0, "RUNNING");
        Await.until(
            "the record is there",
            () ->
                worker.get("/connectors/" + name + plugin + "/offsets").text().contains("\"o\":1"));
      }
      assertEquals(List.of("library 1 true"), log.values(name + "one"));
      assertEquals(List.of("library 2 true"), log.values(name + "two"));
    }
  }
}
