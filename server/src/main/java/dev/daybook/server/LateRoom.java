package dev.daybook.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// A room whose port is open before the room is there: until then it answers 503, and clients try again.
final class LateRoom implements Handler<HttpServerRequest> {
  private volatile @Nullable Handler<HttpServerRequest> room;

  void opens(Handler<HttpServerRequest> opened) {
    room = opened;
  }

  @Override
  public void handle(HttpServerRequest request) {
    Handler<HttpServerRequest> opened = room;
    if (opened != null) {
      opened.handle(request);
    } else {
      request
          .response()
          .setStatusCode(503)
          .putHeader("Content-Type", "application/json")
          .putHeader("Retry-After", "1");
      request
          .response()
          .end("{\"error_code\":503,\"message\":\"Starting; try again in a moment\"}");
    }
  }
}
