package dev.daybook.examples.demo.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The connectors of the demo, made over Connect's REST from the JSON files beside this class's package.
public final class Connectors {
  /// Where the rows come from.
  public static final String SOURCE = "orders-source";

  /// Where they go to.
  public static final List<String> SINKS = List.of("orders-h2", "orders-lines");

  private static final String JSON = "application/json";
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Rest rest;

  public Connectors(ServerProcess server) {
    this.rest = new Rest(server.connect());
  }

  /// Makes the connector, or gives it what has changed since an earlier run.
  public void ensure(String name, Map<String, String> values)
      throws IOException, InterruptedException {
    JsonNode config = config(name, values);
    Rest.Reply present = rest.get("/connectors/" + name + "/config");
    if (present.isGood() && present.body().equals(config)) {
      return;
    }
    Rest.Reply reply = rest.put("/connectors/" + name + "/config", JSON, config);
    if (!reply.isGood()) {
      throw new IllegalStateException(
          "Connect refuses the connector " + name + ": " + reply.message());
    }
  }

  private static JsonNode config(String name, Map<String, String> values) throws IOException {
    String file = "/connectors/" + name + ".json";
    try (InputStream stream = Connectors.class.getResourceAsStream(file)) {
      if (stream == null) {
        throw new IOException("The file " + file + " is not on the class path");
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace("{{" + value.getKey() + "}}", value.getValue());
      }
      return Rest.JSON.readTree(text);
    }
  }

  /// Waits until the connector and its task run.
  public void awaitRunning(String name) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode status = rest.get("/connectors/" + name + "/status").body();
    while (!isRunning(status)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "The connector " + name + " does not run: " + trace(status));
      }
      Thread.sleep(PAUSE);
      status = rest.get("/connectors/" + name + "/status").body();
    }
  }

  private static boolean isRunning(JsonNode status) {
    return status.at("/connector/state").asText().equals("RUNNING")
        && status.at("/tasks/0/state").asText().equals("RUNNING");
  }

  private static String trace(JsonNode status) {
    String trace =
        status.at("/tasks/0/trace").asText(status.at("/connector/trace").asText(status.toString()));
    return trace.lines().findFirst().orElse("no reason is given");
  }
}
