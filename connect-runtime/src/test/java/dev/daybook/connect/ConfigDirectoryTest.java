package dev.daybook.connect;

import static dev.daybook.connect.scene.Scene.source;
import static dev.daybook.connect.scene.Scene.unique;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daybook.connect.scene.Await;
import dev.daybook.connect.scene.Stage;
import dev.daybook.connect.scene.TestLog;
import dev.daybook.connect.scene.TestWorker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Connectors that stand as files in a directory.
class ConfigDirectoryTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private void write(String file, String name, Map<String, String> config) throws IOException {
    Files.writeString(
        directory.resolve(file), MAPPER.writeValueAsString(Map.of("name", name, "config", config)));
  }

  @Test
  void filesComeAndGoBesideRest() throws IOException {
    String name = unique("files");
    String ofFile = name + "-file";
    String ofRest = name + "-rest";
    write("orders.json", ofFile, source(name));
    Files.writeString(directory.resolve("broken.json"), "{\"name\": \"half writ");
    Files.writeString(
        directory.resolve("wrong.json"),
        "{\"name\":\"" + name + "-wrong\",\"config\":{\"connector.class\":\"Nope\"}}");
    try (TestLog log = TestLog.start()) {
      try (TestWorker worker =
          TestWorker.start(
              log.bootstrapServers(), name, config -> config.withConfigDirectory(directory))) {
        worker.awaitTask(ofFile, 0, "RUNNING");
        worker.create(ofRest, source(name));
        assertEquals(
            "orders.json",
            worker
                .get("/connectors/" + ofFile + "/config")
                .json()
                .path("daybook.config.file")
                .asText());

        Map<String, String> two = source(name);
        two.put("tasks.max", "2");
        write("orders.json", ofFile, two);
        worker.awaitTask(ofFile, 1, "RUNNING");
        assertEquals(404, worker.get("/connectors/" + name + "-wrong").status());
        Stage.of(ofFile).give("x");
      }
      Files.delete(directory.resolve("orders.json"));
      try (TestWorker worker =
          TestWorker.start(
              log.bootstrapServers(), name, config -> config.withConfigDirectory(directory))) {
        Await.until(
            "the connector of the deleted file is gone",
            () -> worker.get("/connectors/" + ofFile).status() == 404);
        worker.awaitTask(ofRest, 0, "RUNNING");
        write("orders.json", ofFile, source(name));
        worker.awaitTask(ofFile, 0, "RUNNING");
      }
    }
  }
}
