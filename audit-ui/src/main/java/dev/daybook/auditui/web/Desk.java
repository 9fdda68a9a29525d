package dev.daybook.auditui.web;

import dev.daybook.auditui.log.Asking;
import dev.daybook.auditui.log.Refusal;
import dev.daybook.auditui.upstream.UpstreamException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where questions wait their turn: each runs on a virtual thread, only so many at once, and its
/// answer or its refusal goes back as JSON on the request's event loop.
final class Desk implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
  private static final long PATIENCE_SECONDS = 5;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore places;

  Desk(int places) {
    this.places = new Semaphore(places);
  }

  void answer(RoutingContext request, Callable<JsonObject> question) {
    var loop = request.vertx().getOrCreateContext();
    threads.execute(
        () -> {
          var reply = reply(question);
          loop.runOnContext(nothing -> Replies.send(request, reply));
        });
  }

  /// For what runs until the reader leaves, and is counted elsewhere.
  void start(Runnable work) {
    threads.execute(work);
  }

  private Replies.Reply reply(Callable<JsonObject> question) {
    try {
      if (!places.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return Replies.refused(
            new Refusal(503, "busy", "Too many questions are being answered.", "Try again soon."));
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return Replies.refused(
          new Refusal(503, "closing", "The page is closing.", "Ask again when it runs."));
    }
    try {
      return Replies.found(question.call());
    } catch (Exception failed) {
      return Replies.refused(refusal(failed));
    } finally {
      places.release();
    }
  }

  static Refusal refusal(Exception failed) {
    return switch (failed) {
      case Refusal refusal -> refusal;
      case KafkaException kafka -> Asking.refusal(kafka);
      case UpstreamException upstream ->
          new Refusal(
              upstream.status() == 404 ? 404 : 502,
              upstream.status() == 404 ? "not-found" : "upstream",
              upstream.getMessage(),
              "See that server's own log.");
      default -> {
        LOG.error("a question failed; this is a defect of the page", failed);
        yield new Refusal(
            500, "defect", "The page failed to answer.", "The server's log has the details.");
      }
    };
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
