package dev.daybook.auditui.support;

import dev.daybook.auditui.AuditUi;
import dev.daybook.auditui.AuditUiConfig;
import dev.daybook.auditui.log.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A log with a page in front of it, a registry and a Connect beside it, all on loopback.
public final class Scene implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final TestLog log;
  public final FakeRegistry registry;
  public final FakeConnect connect;
  private final AuditUi page;
  private final HttpServer server;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final HttpClient http = HttpClient.newHttpClient();

  public static Scene open() {
    return open(Limits.DEFAULT);
  }

  public static Scene open(Limits limits) {
    return new Scene(limits);
  }

  private Scene(Limits limits) {
    log = TestLog.start(vertx);
    registry = FakeRegistry.start(vertx);
    connect = new FakeConnect(vertx);
    page =
        AuditUi.start(
            vertx,
            AuditUiConfig.of(log.bootstrapServers())
                .withRegistry(registry.url())
                .withConnect(connect.url())
                .withLimits(limits));
    server =
        Serving.await(
            vertx.createHttpServer().requestHandler(page.router()).listen(0, "127.0.0.1"));
    Map<String, Object> clients = Map.of("bootstrap.servers", log.bootstrapServers());
    admin = Admin.create(clients);
    producer = new KafkaProducer<>(clients, new ByteArraySerializer(), new ByteArraySerializer());
  }

  public String url() {
    return "http://127.0.0.1:" + server.actualPort();
  }

  public void createTopic(String name, int partitions) {
    await(
        admin
            .createTopics(List.of(new NewTopic(name, partitions, (short) 1)))
            .all()
            .toCompletionStage()
            .toCompletableFuture());
  }

  public RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
    return await(producer.send(record));
  }

  /// Sends many at once and waits for all.
  public void sendAll(List<ProducerRecord<byte[], byte[]>> records) {
    records.stream().map(producer::send).toList().forEach(Scene::await);
  }

  public JsonObject get(String path) {
    var response = request(path);
    if (response.statusCode() != 200) {
      throw new AssertionError(
          path + " answered " + response.statusCode() + ": " + response.body());
    }
    return new JsonObject(response.body());
  }

  public HttpResponse<String> request(String path, String... headers) {
    var request = HttpRequest.newBuilder(URI.create(url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new AssertionError(path, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  /// A live tail from an id on, or from the end when it is empty. The place of a reader that left is
  /// free when its connection is seen to be closed, so this asks until there is room.
  public TailReader tail(String topic, String lastId) {
    for (long end = System.nanoTime() + 90_000_000_000L; System.nanoTime() < end; ) {
      var response = openTail(topic, lastId);
      if (response.statusCode() == 200) {
        return new TailReader(response.body());
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("no tail of " + topic + " became free");
  }

  private HttpResponse<InputStream> openTail(String topic, String lastId) {
    var request =
        HttpRequest.newBuilder(URI.create(url() + "/api/topics/" + topic + "/tail"))
            .header("Last-Event-ID", lastId);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException failed) {
      throw new AssertionError(topic, failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.get(90, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new AssertionError(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new AssertionError(stopped);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    http.shutdownNow();
    Serving.await(server.close());
    page.close();
    connect.close();
    registry.close();
    log.close();
    Serving.await(vertx.close());
  }
}
