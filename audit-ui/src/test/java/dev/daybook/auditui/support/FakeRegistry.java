package dev.daybook.auditui.support;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;

/// Stands in for a schema registry: the answers the page asks for, a count of the questions, and a
/// switch that makes it fail.
public final class FakeRegistry implements AutoCloseable {
  private final List<JsonObject> schemas = new ArrayList<>();
  private final HttpServer server;
  public final AtomicInteger questions = new AtomicInteger();
  public volatile boolean failing;

  public static FakeRegistry start(Vertx vertx) {
    return new FakeRegistry(vertx);
  }

  private FakeRegistry(Vertx vertx) {
    var router = Router.router(vertx);
    router.route().handler(this::count);
    router.get("/schemas/ids/:id").handler(this::byId);
    router.get("/subjects").handler(this::subjects);
    router.get("/subjects/:subject/versions").handler(this::versions);
    router.get("/subjects/:subject/versions/:version").handler(this::version);
    router
        .get("/config/:subject")
        .handler(r -> r.json(new JsonObject().put("compatibilityLevel", "BACKWARD")));
    server = Serving.await(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.actualPort());
  }

  public int register(String subject, Schema schema) {
    return register(subject, "AVRO", schema.toString(), new JsonArray());
  }

  public synchronized int register(
      String subject, String type, String schema, JsonArray references) {
    long before = schemas.stream().filter(s -> s.getString("subject").equals(subject)).count();
    int id = 100 + schemas.size();
    schemas.add(
        new JsonObject()
            .put("subject", subject)
            .put("version", (int) before + 1)
            .put("id", id)
            .put("schemaType", type)
            .put("references", references)
            .put("schema", schema));
    return id;
  }

  private void count(RoutingContext request) {
    questions.incrementAndGet();
    if (failing) {
      request.response().setStatusCode(500).end();
    } else {
      request.next();
    }
  }

  private synchronized void byId(RoutingContext request) {
    int id = Integer.parseInt(String.valueOf(request.pathParam("id")));
    send(request, schemas.stream().filter(s -> s.getInteger("id") == id).toList());
  }

  private synchronized void subjects(RoutingContext request) {
    var names = schemas.stream().map(s -> s.getString("subject")).distinct().toList();
    request.json(new JsonArray(names));
  }

  private synchronized void versions(RoutingContext request) {
    var numbers = of(request).stream().map(s -> s.getInteger("version")).toList();
    request.json(new JsonArray(numbers));
  }

  private synchronized void version(RoutingContext request) {
    String wanted = request.pathParam("version");
    var all = of(request);
    send(
        request,
        all.stream()
            .filter(s -> "latest".equals(wanted) || s.getValue("version").toString().equals(wanted))
            .toList());
  }

  private List<JsonObject> of(RoutingContext request) {
    String subject = request.pathParam("subject");
    return schemas.stream().filter(s -> s.getString("subject").equals(subject)).toList();
  }

  private static void send(RoutingContext request, List<JsonObject> found) {
    if (found.isEmpty()) {
      request.response().setStatusCode(404).end("{\"error_code\":40403}");
    } else {
      request.json(found.getLast());
    }
  }

  @Override
  public void close() {
    Serving.await(server.close());
  }
}
