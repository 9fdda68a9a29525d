package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What `/health` tells those who watch.
class OperationsTest {
  private final Vertx vertx = Vertx.vertx();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Operations operations = new Operations(Optional.empty(), List::of);
  private final HttpServer server = serve();
  private volatile boolean registryIsReady;

  @AfterEach
  void close() {
    http.close();
    vertx.close().await();
  }

  @Test
  void tellsWhichRoomIsNotThereYet() throws Exception {
    operations.watch("log", () -> true);
    operations.watch("registry", () -> registryIsReady);

    assertEquals(503, get("/health/ready").statusCode());
    assertEquals(
        new JsonObject()
            .put("status", "STARTING")
            .put("rooms", new JsonObject().put("log", "UP").put("registry", "STARTING")),
        json("/health"));

    registryIsReady = true;
    assertEquals(200, get("/health/ready").statusCode());
    assertEquals(
        new JsonObject()
            .put("status", "UP")
            .put("rooms", new JsonObject().put("log", "UP").put("registry", "UP")),
        json("/health"));
  }

  @Test
  void problemsAreToldInSentencesAndTheServerIsUp() throws Exception {
    operations.watch("log", () -> true);
    operations.tell(() -> List.of("Something is \"damaged\"; repair it", "And another"));

    assertEquals(200, get("/health").statusCode());
    assertEquals(
        new JsonObject()
            .put("status", "UP")
            .put("rooms", new JsonObject().put("log", "UP"))
            .put(
                "problems",
                new JsonArray(List.of("Something is \"damaged\"; repair it", "And another"))),
        json("/health"));
    assertEquals(json("/health"), json("/health/ready"));
  }

  @Test
  void isAliveBeforeAnyRoomIs() throws Exception {
    operations.watch("registry", () -> false);

    assertEquals(200, get("/health/live").statusCode());
    assertEquals(new JsonObject().put("status", "UP"), json("/health/live"));
  }

  private JsonObject json(String path) throws Exception {
    return new JsonObject(get(path).body());
  }

  private HttpResponse<String> get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + server.actualPort() + path);
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpServer serve() {
    Router router = Router.router(vertx);
    operations.mount(vertx, router);
    return vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1").await();
  }
}
