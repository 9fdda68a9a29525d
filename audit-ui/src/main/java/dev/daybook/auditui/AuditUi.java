package dev.daybook.auditui;

import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.decode.SchemaLookup;
import dev.daybook.auditui.decode.Schemas;
import dev.daybook.auditui.log.Asking;
import dev.daybook.auditui.log.KafkaClients;
import dev.daybook.auditui.log.Readers;
import dev.daybook.auditui.log.Topics;
import dev.daybook.auditui.upstream.RestClient;
import dev.daybook.auditui.web.Api;
import dev.daybook.auditui.web.StaticPage;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.Optional;

/// The page and its API as one router. It keeps nothing: whatever it shows is read from the log,
/// the registry and Connect when somebody asks, so it may stop halfway and start again at any time.
public final class AuditUi implements AutoCloseable {
  private final Router router;
  private final Api api;
  private final Readers readers;
  private final Asking asking;
  private final Optional<RestClient> registry;
  private final Optional<RestClient> connect;

  /// Connects to nothing yet: the first question does, so that a server starts at once.
  public static AuditUi start(Vertx vertx, AuditUiConfig config) {
    return new AuditUi(vertx, config);
  }

  private AuditUi(Vertx vertx, AuditUiConfig config) {
    var clients = new KafkaClients(config.bootstrapServers(), config.clientProperties());
    registry = config.registryUrl().map(url -> new RestClient("The schema registry", url));
    connect = config.connectUrl().map(url -> new RestClient("Kafka Connect", url));
    var decoder =
        new PayloadDecoder(registry.<SchemaLookup>map(Schemas::new).orElseGet(Schemas::none));
    asking = new Asking(clients);
    readers = new Readers(clients);
    api =
        new Api(clients, new Topics(asking), readers, decoder, registry, connect, config.limits());
    router = Router.router(vertx);
    new StaticPage().mount(router);
    api.mount(router);
  }

  /// To be mounted at the root of an HTTP server, behind its guard.
  public Router router() {
    return router;
  }

  @Override
  public void close() {
    api.close();
    readers.close();
    asking.close();
    connect.ifPresent(RestClient::close);
    registry.ifPresent(RestClient::close);
  }
}
