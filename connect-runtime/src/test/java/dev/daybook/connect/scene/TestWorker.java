package dev.daybook.connect.scene;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.daybook.connect.ConnectConfig;
import dev.daybook.connect.ConnectRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// A worker whose REST API listens on an ephemeral port, and a client of it that keeps every answer it saw.
public final class TestWorker implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> seen = new ArrayList<>();
  private final ConnectRuntime runtime;
  private final HttpServer server;

  private TestWorker(ConnectConfig config) {
    server = vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(0));
    runtime = ConnectRuntime.start(vertx, config);
    get(server.requestHandler(runtime.router()).listen());
  }

  public static TestWorker start(ConnectConfig config) {
    TestWorker worker = starting(config);
    Await.until("the worker is ready", worker.runtime::ready);
    return worker;
  }

  /// A worker that may still be loading.
  public static TestWorker starting(ConnectConfig config) {
    return new TestWorker(config);
  }

  /// A worker with topics of its own on a log that others use too.
  public static ConnectConfig config(String bootstrapServers, String name) {
    return ConnectConfig.of(bootstrapServers)
        .withTopics(
            new ConnectConfig.Topics(name + "-configs", name + "-offsets", name + "-status"))
        .withOffsetFlushInterval(java.time.Duration.ofMillis(200));
  }

  public static TestWorker start(
      String bootstrapServers, String name, UnaryOperator<ConnectConfig> change) {
    return start(change.apply(config(bootstrapServers, name)));
  }

  public ConnectRuntime runtime() {
    return runtime;
  }

  public Reply get(String path) {
    return send("GET", path, null, "application/json");
  }

  public Reply delete(String path) {
    return send("DELETE", path, null, "application/json");
  }

  public Reply put(String path) {
    return send("PUT", path, null, "application/json");
  }

  public Reply put(String path, Object body) {
    return send("PUT", path, json(body), "application/json");
  }

  public Reply post(String path) {
    return send("POST", path, null, "application/json");
  }

  public Reply post(String path, Object body) {
    return send("POST", path, json(body), "application/json");
  }

  public Reply patch(String path, Object body) {
    return send("PATCH", path, json(body), "application/json");
  }

  public Reply create(String name, Map<String, String> config) {
    return post("/connectors", Map.of("name", name, "config", config));
  }

  public Reply send(
      String method,
      String path,
      @org.jspecify.annotations.Nullable String body,
      String mediaType) {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
            .method(method, publisher);
    if (body != null) {
      request.header("Content-Type", mediaType);
    }
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      synchronized (seen) {
        seen.add(response.body());
      }
      return new Reply(response.statusCode(), response.body(), response.headers());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /// Every body the API ever answered to this client.
  public List<String> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  private static String json(Object body) {
    try {
      return MAPPER.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  public String connectorState(String name) {
    return get("/connectors/" + name + "/status").json().path("connector").path("state").asText();
  }

  public String taskState(String name, int task) {
    return get("/connectors/" + name + "/tasks/" + task + "/status").json().path("state").asText();
  }

  public void awaitTask(String name, int task, String state) {
    Await.untilNoted(
        "task " + name + "-" + task + " is " + state,
        () -> taskState(name, task).equals(state),
        () -> get("/connectors/" + name + "/status").text());
  }

  public void awaitConnector(String name, String state) {
    Await.untilNoted(
        "connector " + name + " is " + state,
        () -> connectorState(name).equals(state),
        () -> get("/connectors/" + name + "/status").text());
  }

  @Override
  public void close() {
    get(runtime.close());
    get(server.close());
    get(vertx.close());
  }

  private static <T> T get(io.vertx.core.Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
