package dev.daybook.registry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/// The schema registry, wired: a log, its tail, the owner of decisions, and the routes. Starting returns at once;
/// until everything in the log has been read, and a mark of our own behind it, every route answers 503.
///
/// When the process stops halfway through a write, the write is in the log or it is not; the next start reads the log
/// and goes on from there, with the same ids.
public final class SchemaRegistry {
  private static final int WORKERS = 4;

  private final Vertx vertx;
  private final SchemaLog log;
  private final Registrar registrar;
  private final SchemaTail tail;
  private final WorkerExecutor workers;
  private final Router router;

  /// Starts a registry on the topic of a Kafka cluster.
  public static SchemaRegistry start(Vertx vertx, SchemaRegistryConfig config) {
    var log = new KafkaSchemaLog(config.bootstrapServers(), config.topic(), config.kafkaSettings());
    return new SchemaRegistry(vertx, config, log);
  }

  SchemaRegistry(Vertx vertx, SchemaRegistryConfig config, SchemaLog log) {
    this.vertx = vertx;
    this.log = log;
    this.registrar = new Registrar(log);
    this.workers = vertx.createSharedWorkerExecutor("schema-registry", WORKERS);
    this.router = Router.router(vertx);
    mount(config);
    registrar.start();
    this.tail = new SchemaTail("registry-tail", log, registrar).start();
  }

  private void mount(SchemaRegistryConfig config) {
    var catalog = registrar.published();
    var schemas = new Schemas(List.of(new AvroProvider(config.limits())), config.limits());
    var rest = new Rest(router, workers, registrar::ready, config.limits());
    var writes = new Timed(registrar, config.writeTimeout().toMillis());
    new SchemaRoutes(catalog, schemas).mount(rest);
    new SubjectRoutes(catalog, schemas, writes, config.incompatibleErrorCode()).mount(rest);
    new SettingRoutes(catalog, writes).mount(rest);
    new CompatibilityRoutes(catalog, schemas).mount(rest);
    ServerRoutes.mount(rest, config.topic());
    rest.close();
  }

  private record Timed(Registrar registrar, long timeoutMs) implements Writes {
    @Override
    public <R> CompletionStage<R> submit(Command<R> command) {
      return registrar.submit(command).orTimeout(timeoutMs, TimeUnit.MILLISECONDS);
    }
  }

  /// The routes; whoever listens puts them behind its own guard of hosts and origins.
  public Router router() {
    return router;
  }

  /// True when everything in the log has been read and writes are taken.
  public boolean ready() {
    return registrar.ready();
  }

  /// Stops the tail, then the owner, whose unanswered writes are refused.
  public Future<Void> close() {
    return vertx.executeBlocking(this::stop).eventually(workers::close).mapEmpty();
  }

  private boolean stop() {
    tail.close();
    registrar.close();
    log.close();
    return true;
  }
}
