package dev.daybook.auditui.web;

import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.log.KafkaClients;
import dev.daybook.auditui.log.Limits;
import dev.daybook.auditui.log.Readers;
import dev.daybook.auditui.log.Refusal;
import dev.daybook.auditui.log.Topics;
import dev.daybook.auditui.upstream.RestClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/// Everything under `/api`. It only reads; what it does not know, it refuses in the same JSON form.
public final class Api implements AutoCloseable {
  private final Desk desk;
  private final TopicRoutes topicRoutes;
  private final TailRoute tailRoute;
  private final ConnectorRoutes connectorRoutes;
  private final SubjectRoutes subjectRoutes;

  public Api(
      KafkaClients clients,
      Topics topics,
      Readers readers,
      PayloadDecoder decoder,
      Optional<RestClient> registry,
      Optional<RestClient> connect,
      Limits limits) {
    desk = new Desk(limits.requests());
    topicRoutes = new TopicRoutes(desk, topics, readers, decoder, limits);
    tailRoute = new TailRoute(desk, topics, clients, decoder, limits);
    connectorRoutes = new ConnectorRoutes(desk, connect);
    subjectRoutes = new SubjectRoutes(desk, registry);
  }

  public void mount(Router router) {
    topicRoutes.mount(router);
    tailRoute.mount(router);
    connectorRoutes.mount(router);
    subjectRoutes.mount(router);
    router.route("/api/*").handler(Api::unknown);
  }

  private static void unknown(RoutingContext request) {
    var refusal =
        request.request().method().equals(HttpMethod.GET)
            ? new Refusal(
                404,
                "not-found",
                "There is nothing here.",
                "GET /openapi.json lists what there is.")
            : new Refusal(405, "read-only", "The page's API only reads.", "Use GET.");
    Replies.send(request, Replies.refused(refusal));
  }

  @Override
  public void close() {
    tailRoute.close();
    desk.close();
  }
}
