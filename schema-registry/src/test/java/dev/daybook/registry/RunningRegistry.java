package dev.daybook.registry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A registry behind a real port, and a plain HTTP client for it.
final class RunningRegistry implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SchemaRegistry registry;
  private final HttpServer server;

  /// A status and what came with it.
  record Answer(int status, String text, HttpResponse<String> response) {
    JsonObject json() {
      return new JsonObject(text);
    }

    JsonArray array() {
      return new JsonArray(text);
    }

    int code() {
      return json().getInteger("error_code");
    }
  }

  RunningRegistry(SchemaLog log) throws Exception {
    this(log, config());
    awaitReady();
  }

  RunningRegistry(SchemaLog log, SchemaRegistryConfig config) throws Exception {
    registry = new SchemaRegistry(vertx, config, log);
    server = listen();
  }

  RunningRegistry(SchemaRegistryConfig config) throws Exception {
    registry = SchemaRegistry.start(vertx, config);
    server = listen();
  }

  static SchemaRegistryConfig config() {
    return SchemaRegistryConfig.of("127.0.0.1:1");
  }

  private HttpServer listen() throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(registry.router())
        .listen(0, "127.0.0.1")
        .await(90, TimeUnit.SECONDS);
  }

  void awaitReady() throws Exception {
    long until = System.nanoTime() + Duration.ofSeconds(120).toNanos();
    while (!registry.ready()) {
      if (System.nanoTime() > until) {
        throw new TimeoutException("The registry did not become ready.");
      }
      Thread.sleep(2);
    }
  }

  boolean ready() {
    return registry.ready();
  }

  String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, null);
  }

  Answer post(String path, JsonObject body) throws IOException, InterruptedException {
    return send("POST", path, body.encode());
  }

  Answer put(String path, JsonObject body) throws IOException, InterruptedException {
    return send("PUT", path, body.encode());
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, null);
  }

  Answer send(String method, String path, @Nullable String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(120))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    } else if (body != null) {
      request.header("Content-Type", MediaTypes.DEFAULT);
    }
    HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body(), response);
  }

  /// Registers and gives the id; anything but success fails the test.
  int register(String subject, String schema) throws IOException, InterruptedException {
    Answer answer = post("/subjects/" + subject + "/versions", schema(schema));
    if (answer.status() != 200) {
      throw new AssertionError(answer.status() + " " + answer.text());
    }
    return answer.json().getInteger("id");
  }

  static JsonObject schema(String text) {
    return new JsonObject().put("schema", text);
  }

  /// A record schema with these fields, each `name:type` or `name:type=default` with JSON types.
  static String record(String... fields) {
    var array = new JsonArray();
    for (String field : fields) {
      int colon = field.indexOf(':');
      int equals = field.indexOf('=');
      String type = equals < 0 ? field.substring(colon + 1) : field.substring(colon + 1, equals);
      var json =
          new JsonObject()
              .put("name", field.substring(0, colon))
              .put("type", Json.decodeValue(type));
      if (equals >= 0) {
        json.put("default", Json.decodeValue(field.substring(equals + 1)));
      }
      array.add(json);
    }
    return new JsonObject().put("type", "record").put("name", "R").put("fields", array).encode();
  }

  @Override
  public void close() {
    http.close();
    await(server.close());
    await(registry.close());
    await(vertx.close());
  }

  private static void await(Future<?> closing) {
    try {
      closing.await(90, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException("The registry does not close.", e);
    }
  }
}
