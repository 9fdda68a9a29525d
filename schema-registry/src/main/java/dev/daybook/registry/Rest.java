package dev.daybook.registry;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The frame around every route: reads the body up to its limit, moves the thinking off the event loop where there
/// is any, and writes answers and errors in Confluent's shapes. Look-ups answer on the event loop; what parses,
/// compares or walks over all subjects runs on a few worker threads, where it can hold up no connection.
final class Rest {
  private static final Logger LOG = LoggerFactory.getLogger(Rest.class);

  /// How much of an oversized body is read and dropped so that the client gets to see the refusal.
  private static final int MAX_DROPPED_BYTES = 16 << 20;

  private final Router router;
  private final WorkerExecutor workers;
  private final BooleanSupplier ready;
  private final Limits limits;
  private final Set<String> paths = new LinkedHashSet<>();

  interface Reader {
    Object answer(Request request);
  }

  interface Writer {
    CompletionStage<?> answer(Request request);
  }

  /// An answer that stays true as long as the schema exists; its tag is the content's own.
  record Immutable(Buffer body, String tag) {}

  Rest(Router router, WorkerExecutor workers, BooleanSupplier ready, Limits limits) {
    this.router = router;
    this.workers = workers;
    this.ready = ready;
    this.limits = limits;
  }

  /// A look-up: quick, and answered where it arrives.
  void get(String path, Reader reader) {
    route(
        HttpMethod.GET,
        path,
        context -> answer(context, reader.answer(new Request(context, Buffer.buffer()))));
  }

  /// A question that takes work.
  void search(HttpMethod method, String path, Reader reader) {
    route(
        method,
        path,
        context ->
            body(context)
                .compose(
                    body ->
                        workers.executeBlocking(
                            () -> reader.answer(new Request(context, body)), false))
                .onComplete(found -> answer(context, found), failure -> refuse(context, failure)));
  }

  void write(HttpMethod method, String path, Writer writer) {
    route(
        method,
        path,
        context ->
            body(context)
                .compose(
                    body ->
                        workers.executeBlocking(
                            () -> writer.answer(new Request(context, body)), false))
                .compose(
                    stage ->
                        Future.fromCompletionStage(stage, context.vertx().getOrCreateContext()))
                .onComplete(done -> answer(context, done), failure -> refuse(context, failure)));
  }

  /// To be called after all routes: other methods on known paths are 405, other paths 404.
  void close() {
    for (String path : paths) {
      router
          .route(path)
          .handler(
              context -> refuse(context, new Refusal(405, 405, "HTTP 405 Method Not Allowed")));
    }
    router.route().handler(context -> refuse(context, new Refusal(404, 404, "HTTP 404 Not Found")));
  }

  private interface Handler {
    void handle(RoutingContext context);
  }

  private void route(HttpMethod method, String path, Handler handler) {
    paths.add(path);
    router
        .route(method, path)
        .handler(
            context -> {
              try {
                if (!ready.getAsBoolean()) {
                  throw Refusal.loading();
                }
                handler.handle(context);
              } catch (RuntimeException e) {
                refuse(context, e);
              }
            });
  }

  private Future<Buffer> body(RoutingContext context) {
    Buffer read = context.body().buffer();
    if (read != null || context.body().available()) {
      return checked(context, read == null ? Buffer.buffer() : read);
    }
    HttpServerRequest request = context.request();
    if (request.isEnded()) {
      return checked(context, Buffer.buffer());
    }
    Promise<Buffer> whole = Promise.promise();
    var collected = new Collected(whole);
    request.handler(collected::add);
    request.exceptionHandler(whole::tryFail);
    request.endHandler(_ -> collected.end());
    request.resume();
    return whole.future().compose(buffer -> checked(context, buffer));
  }

  private Future<Buffer> checked(RoutingContext context, Buffer body) {
    String type = context.request().getHeader("Content-Type");
    if (body.length() > 0 && !MediaTypes.accepted(type)) {
      return Future.failedFuture(
          new Refusal(
              415, 415, "HTTP 415 Unsupported Media Type: send the body as " + MediaTypes.DEFAULT));
    }
    if (body.length() > limits.maxBodyBytes()) {
      return Future.failedFuture(tooLarge());
    }
    return Future.succeededFuture(body);
  }

  private Refusal tooLarge() {
    return Refusal.tooLarge("a request may have " + limits.maxBodyBytes() + " bytes");
  }

  /// The body as it comes in, up to the limit; what is behind it is dropped.
  private final class Collected {
    private final Promise<Buffer> whole;
    private final Buffer bytes = Buffer.buffer();
    private long received;

    Collected(Promise<Buffer> whole) {
      this.whole = whole;
    }

    void add(Buffer chunk) {
      received += chunk.length();
      if (received <= limits.maxBodyBytes()) {
        bytes.appendBuffer(chunk);
      } else if (received > MAX_DROPPED_BYTES) {
        whole.tryFail(tooLarge());
      }
    }

    void end() {
      if (received > limits.maxBodyBytes()) {
        whole.tryFail(tooLarge());
      } else {
        whole.tryComplete(bytes);
      }
    }
  }

  private static void answer(RoutingContext context, Object found) {
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.putHeader("Content-Type", MediaTypes.answer(context.request().getHeader("Accept")));
    if (!(found instanceof Immutable immutable)) {
      response.putHeader("Cache-Control", "no-cache");
      send(response, found instanceof Buffer buffer ? buffer : Json.encodeToBuffer(found));
      return;
    }
    String tag = '"' + immutable.tag() + '"';
    response.putHeader("ETag", tag).putHeader("Cache-Control", "private, max-age=3600");
    if (tag.equals(context.request().getHeader("If-None-Match"))) {
      response.setStatusCode(304).end().onFailure(Rest::gone);
    } else {
      send(response, immutable.body());
    }
  }

  private static void send(HttpServerResponse response, Buffer body) {
    response.end(body).onFailure(Rest::gone);
  }

  private static void gone(Throwable reason) {
    LOG.debug("a client left before its answer reason={}", reason.toString());
  }

  private static void refuse(RoutingContext context, Throwable failure) {
    Refusal refusal = refusal(failure);
    HttpServerResponse response = context.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(refusal.status())
        .putHeader("Content-Type", MediaTypes.answer(context.request().getHeader("Accept")))
        .putHeader("Cache-Control", "no-store");
    if (refusal.status() == 503) {
      response.putHeader("Retry-After", "1");
    }
    if (!context.request().isEnded()) {
      response.putHeader("Connection", "close");
    }
    var body = new JsonObject().put("error_code", refusal.code()).put("message", refusal.reason());
    send(response, body.toBuffer());
  }

  private static Refusal refusal(Throwable failure) {
    return switch (failure) {
      case Refusal refusal -> refusal;
      case CompletionException e when e.getCause() != null -> refusal(e.getCause());
      case TimeoutException _ -> Refusal.timedOut();
      case ClassCastException _ ->
          Refusal.unprocessable("A field of the body has the wrong JSON type.");
      default -> {
        LOG.error("a request failed", failure);
        yield new Refusal(500, 500, "Internal error; see the log of the schema registry.");
      }
    };
  }
}
