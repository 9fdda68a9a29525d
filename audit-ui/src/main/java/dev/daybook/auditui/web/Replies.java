package dev.daybook.auditui.web;

import dev.daybook.auditui.log.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/// JSON answers, and the one form every refusal has: `{"code","message","fix"}`.
final class Replies {
  private Replies() {}

  record Reply(int status, JsonObject body) {}

  static Reply found(JsonObject body) {
    return new Reply(200, body);
  }

  static Reply refused(Refusal refusal) {
    return new Reply(refusal.status(), json(refusal));
  }

  static JsonObject json(Refusal refusal) {
    return new JsonObject()
        .put("code", refusal.code())
        .put("message", refusal.getMessage())
        .put("fix", refusal.fix());
  }

  static void send(RoutingContext request, Reply reply) {
    var response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response
        .setStatusCode(reply.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
        .putHeader("X-Content-Type-Options", "nosniff")
        .end(reply.body().toBuffer());
  }
}
