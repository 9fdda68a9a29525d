package dev.daybook.connect.rest;

import dev.daybook.connect.control.Connectors;
import dev.daybook.connect.control.Refused;
import dev.daybook.connect.topic.Json;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.utils.AppInfoParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes. They exist from the first moment; until the worker has loaded its topics all of them answer 503.
public final class RestApi {

  private static final Logger LOG = LoggerFactory.getLogger(RestApi.class);
  private static final long BODY_MAX_BYTES = 1 << 20;
  private static final String JSON = "application/json";

  /// What the routes work on once the worker is loaded.
  private record Loaded(
      ConnectorRoutes connectors, PluginRoutes plugins, Map<String, Object> root) {}

  private final Vertx vertx;
  private final Router router;
  private final String workerId;
  private volatile @Nullable Loaded loaded;

  public RestApi(Vertx vertx, String workerId) {
    this.vertx = vertx;
    this.workerId = workerId;
    this.router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false).setBodyLimit(BODY_MAX_BYTES));
    routes();
    for (int status : new int[] {400, 404, 405, 413, 415, 500}) {
      router.errorHandler(
          status,
          ctx ->
              respond(
                  ctx,
                  Answer.error(
                      status,
                      "HTTP " + status + " " + HttpResponseStatus.valueOf(status).reasonPhrase())));
    }
  }

  public Router router() {
    return router;
  }

  /// From now on requests are answered.
  public void loaded(Connectors connectors, String clusterId) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("version", AppInfoParser.getVersion());
    root.put("commit", AppInfoParser.getCommitId());
    root.put("kafka_cluster_id", clusterId);
    loaded =
        new Loaded(new ConnectorRoutes(connectors, workerId), new PluginRoutes(connectors), root);
  }

  public boolean isLoaded() {
    return loaded != null;
  }

  private void routes() {
    router.get("/health").handler(this::health);
    add(HttpMethod.GET, "/", all -> request -> Answer.ok(all.root()));
    connector(HttpMethod.GET, "", all -> all::list);
    connector(HttpMethod.POST, "", all -> all::create);
    connector(HttpMethod.GET, "/:connector", all -> all::get);
    connector(HttpMethod.DELETE, "/:connector", all -> all::delete);
    connector(HttpMethod.GET, "/:connector/config", all -> all::config);
    connector(HttpMethod.PUT, "/:connector/config", all -> all::putConfig);
    connector(HttpMethod.PATCH, "/:connector/config", all -> all::patchConfig);
    connector(HttpMethod.GET, "/:connector/tasks", all -> all::tasks);
    connector(HttpMethod.GET, "/:connector/status", all -> all::status);
    connector(HttpMethod.GET, "/:connector/tasks/:task/status", all -> all::taskStatus);
    connector(HttpMethod.POST, "/:connector/tasks/:task/restart", all -> all::restartTask);
    connector(HttpMethod.POST, "/:connector/restart", all -> all::restart);
    connector(HttpMethod.PUT, "/:connector/pause", all -> all::pause);
    connector(HttpMethod.PUT, "/:connector/resume", all -> all::resume);
    connector(HttpMethod.PUT, "/:connector/stop", all -> all::stop);
    connector(HttpMethod.GET, "/:connector/offsets", all -> all::offsets);
    connector(HttpMethod.PATCH, "/:connector/offsets", all -> all::alterOffsets);
    connector(HttpMethod.DELETE, "/:connector/offsets", all -> all::resetOffsets);
    add(HttpMethod.GET, "/connector-plugins", all -> all.plugins()::list);
    add(HttpMethod.GET, "/connector-plugins/:plugin/config", all -> all.plugins()::settings);
    add(
        HttpMethod.PUT,
        "/connector-plugins/:plugin/config/validate",
        all -> all.plugins()::validate);
  }

  private interface Endpoint {
    Answer answer(Request request);
  }

  private void connector(
      HttpMethod method, String path, Function<ConnectorRoutes, Endpoint> endpoint) {
    add(method, "/connectors" + path, all -> endpoint.apply(all.connectors()));
  }

  private void add(HttpMethod method, String path, Function<Loaded, Endpoint> endpoint) {
    router
        .route(method, path)
        .handler(
            ctx -> {
              Loaded all = loaded;
              if (all == null) {
                respond(
                    ctx,
                    Answer.error(503, "The worker is still reading its topics; try again shortly"));
              } else if (ctx.body().length() > 0 && !isJson(ctx)) {
                respond(ctx, Answer.error(415, "HTTP 415 Unsupported Media Type; send " + JSON));
              } else {
                Request request = Request.of(ctx);
                Context context = vertx.getOrCreateContext();
                Thread.ofVirtual()
                    .name("rest")
                    .start(
                        () -> {
                          Answer answer = answer(endpoint.apply(all), request);
                          context.runOnContext(nothing -> respond(ctx, answer));
                        });
              }
            });
  }

  private static boolean isJson(RoutingContext ctx) {
    String type = ctx.request().getHeader("Content-Type");
    return type != null && type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT).equals(JSON);
  }

  private static Answer answer(Endpoint endpoint, Request request) {
    try {
      return endpoint.answer(request);
    } catch (Refused e) {
      return Answer.error(e.reason().status(), String.valueOf(e.getMessage()));
    } catch (RuntimeException | LinkageError e) {
      // The message may quote a configuration: neither the answer nor the log may carry it.
      LOG.error("A request failed unexpectedly: {} at {}", e.getClass().getName(), firstFrame(e));
      return Answer.error(
          500,
          "The worker failed at this request ("
              + e.getClass().getSimpleName()
              + "); its log tells where");
    }
  }

  private static String firstFrame(Throwable e) {
    return e.getStackTrace().length == 0 ? "an unknown place" : e.getStackTrace()[0].toString();
  }

  private void health(RoutingContext ctx) {
    boolean ready = loaded != null;
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", ready ? "healthy" : "starting");
    body.put(
        "message",
        ready
            ? "Worker has completed startup and is ready to handle requests."
            : "Worker is still starting up.");
    respond(ctx, new Answer(ready ? 200 : 503, body, null));
  }

  private static void respond(RoutingContext ctx, Answer answer) {
    HttpServerResponse response = ctx.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(answer.status());
    if (answer.location() != null) {
      response.putHeader("Location", answer.location());
    }
    if (answer.body() == null) {
      response.end();
    } else {
      response.putHeader("Content-Type", JSON).end(Buffer.buffer(Json.bytes(answer.body())));
    }
  }
}
