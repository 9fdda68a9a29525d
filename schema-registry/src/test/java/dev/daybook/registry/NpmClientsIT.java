package dev.daybook.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.client.AvroDeserializer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The two registry clients of the JavaScript world, unmodified, against this registry. Needs node and npm.
@NullUnmarked
@Tag("ci")
class NpmClientsIT {
  @TempDir private Path directory;

  @Test
  void javaScriptClientsRegisterReadAndDecode() throws Exception {
    Path clients = install();
    try (var log = new RunningLog(directory);
        var registry = new RunningRegistry(SchemaRegistryConfig.of(log.bootstrap()))) {
      registry.awaitReady();
      String out = run(clients, "node", "roundtrip.mjs", registry.url());
      String hex =
          out.lines().filter(l -> l.startsWith("payload ")).findFirst().orElseThrow().substring(8);
      try (var deserializer = new AvroDeserializer()) {
        deserializer.configure(Map.of("schema.registry.url", registry.url()), false);
        var order = (GenericRecord) deserializer.deserialize("kjs", HexFormat.of().parseHex(hex));
        assertEquals(42L, order.get("id"));
        assertEquals("daybook \uD83D\uDCD3", order.get("note"));
      }
    }
  }

  private static Path install() throws Exception {
    Path clients = Path.of("target", "npm-clients").toAbsolutePath();
    Files.createDirectories(clients);
    for (String name : List.of("package.json", "roundtrip.mjs")) {
      try (var in = NpmClientsIT.class.getResourceAsStream("/npm-clients/" + name)) {
        Files.write(clients.resolve(name), in.readAllBytes());
      }
    }
    run(
        clients,
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--fetch-retries=5");
    return clients;
  }

  private static String run(Path folder, String... command) throws Exception {
    Path out = Files.createTempFile("npm-clients", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      boolean ended = process.waitFor(400, TimeUnit.SECONDS);
      process.destroyForcibly();
      String text = Files.readString(out, StandardCharsets.UTF_8);
      assertTrue(ended && process.exitValue() == 0, text);
      return text;
    } finally {
      Files.delete(out);
    }
  }
}
