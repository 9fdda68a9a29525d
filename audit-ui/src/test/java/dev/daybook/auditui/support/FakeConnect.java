package dev.daybook.auditui.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.net.URI;

/// Stands in for Kafka Connect with two connectors: one that runs and has a password in its
/// configuration, and one whose task failed.
public final class FakeConnect implements AutoCloseable {
  private final HttpServer server;

  FakeConnect(Vertx vertx) {
    var router = Router.router(vertx);
    router.get("/connectors").handler(request -> request.json(connectors()));
    server = Serving.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  private static JsonObject connectors() {
    var source =
        new JsonObject()
            .put("connector.class", "io.debezium.connector.postgresql.PostgresConnector")
            .put("topic.prefix", "shop")
            .put("database.password", "hunter2");
    var sink =
        new JsonObject()
            .put("connector.class", "dev.daybook.connectors.jdbc.JdbcSinkConnector")
            .put("topics", "shop.public.orders");
    return new JsonObject()
        .put("orders-source", connector("source", source, task("RUNNING")))
        .put(
            "orders-to-h2",
            connector(
                "sink",
                sink,
                task("FAILED")
                    .put(
                        "trace",
                        "org.apache.kafka.connect.errors.ConnectException: column \"total\" is missing\n"
                            + "\tat dev.daybook.connectors.jdbc.Statements.bind(Statements.java:41)")));
  }

  private static JsonObject connector(String type, JsonObject config, JsonObject task) {
    var state = new JsonObject().put("state", "RUNNING").put("worker_id", "127.0.0.1:8083");
    return new JsonObject()
        .put("info", new JsonObject().put("type", type).put("config", config))
        .put(
            "status",
            new JsonObject()
                .put("type", type)
                .put("connector", state)
                .put("tasks", new JsonArray().add(task)));
  }

  private static JsonObject task(String state) {
    return new JsonObject().put("id", 0).put("state", state).put("worker_id", "127.0.0.1:8083");
  }

  @Override
  public void close() {
    Serving.await(server.close());
  }
}
