package dev.daybook.connect.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daybook.connect.config.ConnectorKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the connectors that stand as JSON files `{"name": …, "config": {…}}` in a directory. A new or changed file creates or
/// updates its connector, which then carries the file's name in `daybook.config.file`: it belongs to that file, and goes
/// (its offsets stay) when the file does. Connectors of REST are left alone; one that REST has taken over since loses the
/// mark, and its file speaks again only when it is edited. A wrong file is reported and changes nothing.
public final class ConfigDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(ConfigDirectory.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final int SCANS_BETWEEN_TRIES = 30;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private record Definition(String name, Map<String, String> config) {}

  /// What a file held when it was last looked at, and how many scans ago it was refused; -1 if it was not.
  private record Seen(String content, int refusedScansAgo) {}

  private final Path directory;
  private final Connectors connectors;
  private final Map<String, Seen> seen = new HashMap<>();
  private final Thread thread;
  private boolean first = true;

  private ConfigDirectory(Path directory, Connectors connectors) {
    this.directory = directory;
    this.connectors = connectors;
    this.thread = Thread.ofVirtual().name("connect-config-dir").unstarted(this::watch);
  }

  public static ConfigDirectory watch(Path directory, Connectors connectors) {
    ConfigDirectory watching = new ConfigDirectory(directory, connectors);
    watching.thread.start();
    return watching;
  }

  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        try {
          scan();
        } catch (IOException | RuntimeException e) {
          LOG.warn(
              "The configuration directory {} cannot be read now: {}", directory, e.toString());
        }
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      LOG.debug("No longer watching {}", directory);
    }
  }

  private void scan() throws IOException {
    if (!Files.isDirectory(directory)) {
      return; // not "all files are gone": a missing directory is a mount that is not there
    }
    List<String> present = new ArrayList<>();
    for (Path file : files()) {
      present.add(file.getFileName().toString());
      look(file);
    }
    seen.keySet().retainAll(present);
    for (ConnectorEntry entry : connectors.entries()) {
      String owner = entry.config().get(ConnectorKeys.CONFIG_FILE);
      if (owner != null && !present.contains(owner)) {
        LOG.info("File {} is gone, so is its connector {}; its offsets stay", owner, entry.name());
        connectors.delete(entry.name());
      }
    }
    first = false;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
          .sorted()
          .toList();
    }
  }

  private void look(Path file) throws IOException {
    String name = file.getFileName().toString();
    String content;
    try {
      content = Files.readString(file);
    } catch (NoSuchFileException e) {
      return; // gone between listing and reading; the next scan sees that
    }
    Seen before = seen.get(name);
    if (before != null && before.content().equals(content)) {
      if (before.refusedScansAgo() < 0) {
        return;
      }
      if (before.refusedScansAgo() < SCANS_BETWEEN_TRIES) {
        seen.put(name, new Seen(content, before.refusedScansAgo() + 1));
        return;
      }
    }
    seen.put(name, new Seen(content, apply(name, content) ? -1 : 0));
  }

  private boolean apply(String file, String content) {
    try {
      Definition definition = parse(file, content);
      Optional<ConnectorEntry> existing = connectors.find(definition.name());
      boolean takenOver =
          first
              && existing.isPresent()
              && !existing.get().config().containsKey(ConnectorKeys.CONFIG_FILE);
      if (takenOver) {
        LOG.info(
            "Connector {} was changed by REST; file {} is left aside until it is edited",
            definition.name(),
            file);
      } else if (existing.isEmpty() || !existing.get().config().equals(definition.config())) {
        connectors.put(definition.name(), definition.config());
        LOG.info("Connector {} runs as file {} says", definition.name(), file);
      }
      return true;
    } catch (Refused | IllegalArgumentException e) {
      LOG.warn("File {} is not applied: {}", file, e.getMessage());
      return false;
    }
  }

  private static Definition parse(String file, String content) {
    Map<?, ?> fields;
    try {
      fields = MAPPER.readValue(content, Map.class);
    } catch (IOException e) {
      throw new IllegalArgumentException("it is not a JSON object (half written?)", e);
    }
    if (!(fields.get("name") instanceof String name)
        || !(fields.get("config") instanceof Map<?, ?> settings)) {
      throw new IllegalArgumentException("it needs a \"name\" and a \"config\" object");
    }
    Map<String, String> config = new LinkedHashMap<>();
    settings.forEach(
        (key, value) -> {
          if (value != null) {
            config.put(String.valueOf(key), String.valueOf(value));
          }
        });
    config.put(ConnectorKeys.NAME, name);
    config.put(ConnectorKeys.CONFIG_FILE, file);
    return new Definition(name, config);
  }
}
