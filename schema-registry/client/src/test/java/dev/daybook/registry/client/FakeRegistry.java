package dev.daybook.registry.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The four requests a client makes, answered from memory: ids count from 1, the same text gets the same id. Faults:
/// the next requests may be answered with 503.
final class FakeRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  final List<String> requests = new ArrayList<>();
  final AtomicInteger unavailable = new AtomicInteger();
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<ObjectNode>> subjects = new HashMap<>();
  private final HttpServer server;

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// The settings that point a serde here; `more` in pairs.
  Map<String, Object> settings(Object... more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("schema.registry.url", url());
    settings.put("retries.wait.ms", 1);
    for (int i = 0; i < more.length; i += 2) {
      settings.put((String) more[i], more[i + 1]);
    }
    return settings;
  }

  synchronized int register(String subject, String schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    int id = schemas.indexOf(schema) + 1;
    List<ObjectNode> versions = subjects.computeIfAbsent(subject, _ -> new ArrayList<>());
    if (versions.stream().noneMatch(v -> v.path("id").asInt() == id)) {
      versions.add(
          JSON.createObjectNode()
              .put("subject", subject)
              .put("id", id)
              .put("version", versions.size() + 1)
              .put("schema", schema));
    }
    return id;
  }

  synchronized void register(String subject, ObjectNode version) {
    subjects.computeIfAbsent(subject, _ -> new ArrayList<>()).add(version);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    if (unavailable.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      error(exchange, 503, 50301, "The registry is still loading.");
      return;
    }
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    String[] parts = path.substring(1).split("/", -1);
    if (path.startsWith("/schemas/ids/")) {
      byId(exchange, Integer.parseInt(parts[2]));
    } else if (parts.length == 2) {
      lookup(exchange, parts[1], body.path("schema").asText());
    } else if (parts.length == 3) {
      int id = register(parts[1], body.path("schema").asText());
      answer(exchange, 200, JSON.createObjectNode().put("id", id));
    } else {
      version(exchange, subjects.getOrDefault(parts[1], List.of()), parts[3]);
    }
  }

  private void byId(HttpExchange exchange, int id) throws IOException {
    for (List<ObjectNode> versions : subjects.values()) {
      for (ObjectNode version : versions) {
        if (version.path("id").asInt() == id) {
          answer(exchange, 200, version);
          return;
        }
      }
    }
    error(exchange, 404, 40403, "Schema " + id + " not found");
  }

  private void lookup(HttpExchange exchange, String subject, String schema) throws IOException {
    for (ObjectNode version : subjects.getOrDefault(subject, List.of())) {
      if (version.path("schema").asText().equals(schema)) {
        answer(exchange, 200, version);
        return;
      }
    }
    error(exchange, 404, 40403, "Schema not found");
  }

  private static void version(HttpExchange exchange, List<ObjectNode> versions, String version)
      throws IOException {
    if (versions.isEmpty()) {
      error(exchange, 404, 40401, "Subject not found.");
      return;
    }
    int number = version.equals("latest") ? versions.size() : Integer.parseInt(version);
    answer(exchange, 200, versions.get(number - 1));
  }

  private static void error(HttpExchange exchange, int status, int code, String message)
      throws IOException {
    answer(
        exchange, status, JSON.createObjectNode().put("error_code", code).put("message", message));
  }

  private static void answer(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
