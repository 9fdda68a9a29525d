package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.server.ServerConfig.Room;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All rooms in one process, as `daybook start` runs them.
class ServerTest {
  @TempDir private static Path directory;
  private static Server server;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    HostPort any = new HostPort("127.0.0.1", 0);
    server =
        Server.start(
            new ServerConfig(
                directory.resolve("data"),
                any,
                any,
                any,
                any,
                any,
                ServerConfig.allRooms(),
                Optional.empty(),
                false,
                List.of(),
                Optional.empty(),
                List.of(),
                Map.of("log.retention.bytes", "987654321")));
    awaitReady();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theReadyLineSaysWhereEverythingIs() {
    assertTrue(
        server
            .readyLine()
            .matches(
                "daybook ready kafka=127\\.0\\.0\\.1:\\d+ http=127\\.0\\.0\\.1:\\d+ registry=127\\.0\\.0\\.1:\\d+ connect=127\\.0\\.0\\.1:\\d+ data=/.+"),
        server.readyLine());
  }

  @Test
  void everyPortRefusesAForeignHostAndAForeignOrigin() throws Exception {
    for (Room room : List.of(Room.PAGE, Room.REGISTRY, Room.CONNECT)) {
      assertEquals(403, status(room, "GET", "/", "Host", "evil.example"), room.name());
      assertEquals(403, status(room, "GET", "/", "Origin", "http://evil.example"), room.name());
      assertEquals(403, status(room, "POST", "/connectors", "Origin", "null"), room.name());
      assertEquals(403, status(room, "GET", "/", "Sec-Fetch-Site", "cross-site"), room.name());
      assertEquals(200, status(room, "GET", "/", "Origin", "http://" + address(room)), room.name());
    }
  }

  @Test
  void theConfigFileSetsDefaultsForTopics() throws Exception {
    ConfigResource schemas = new ConfigResource(ConfigResource.Type.TOPIC, "_schemas");
    try (Admin admin =
        Admin.create(
            Map.of("bootstrap.servers", server.address(Room.LOG).orElseThrow().toString()))) {
      ConfigEntry entry =
          admin
              .describeConfigs(List.of(schemas))
              .all()
              .get()
              .values()
              .iterator()
              .next()
              .get("retention.bytes");

      assertEquals("987654321", entry.value());
      assertEquals(ConfigEntry.ConfigSource.STATIC_BROKER_CONFIG, entry.source());
    }
  }

  @Test
  void noPortEverSendsACorsHeader() throws Exception {
    for (Room room : List.of(Room.PAGE, Room.REGISTRY, Room.CONNECT)) {
      HttpResponse<String> response = send(room, "GET", "/");
      assertTrue(
          response.headers().map().keySet().stream()
              .noneMatch(name -> name.startsWith("access-control")),
          room.name());
    }
  }

  @Test
  void healthAndMetricsAreServedBesideThePage() throws Exception {
    assertTrue(send(Room.PAGE, "GET", "/health").body().contains("\"status\":\"UP\""));
    assertTrue(send(Room.PAGE, "GET", "/metrics").body().contains("daybook_topics"));
    assertTrue(send(Room.PAGE, "GET", "/").body().contains("<html"));
  }

  @Test
  void theReferenceNamesEveryFigureOfOurs() throws Exception {
    Set<String> told =
        Pattern.compile("^\\| `(daybook_\\w+)` \\| (\\w+) ", Pattern.MULTILINE)
            .matcher(Files.readString(Path.of("..", "docs", "reference", "metrics.md")))
            .results()
            .map(row -> row.group(1) + " " + row.group(2))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> served =
        Pattern.compile("^# TYPE (daybook_\\w+ \\w+)$", Pattern.MULTILINE)
            .matcher(send(Room.PAGE, "GET", "/metrics").body())
            .results()
            .map(row -> row.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    served.add("daybook_connector_running gauge"); // A row for each connector, and there is none.

    assertEquals(told, served);
  }

  @Test
  void theRecoveryIsInAHistogramOnce() throws Exception {
    assertEquals(1, figure("daybook_recovery_duration_seconds_count"));
    assertEquals(
        figure("daybook_recovery_seconds"), figure("daybook_recovery_duration_seconds_sum"), 1e-6);
    assertEquals(1, figure("daybook_recovery_duration_seconds_bucket{le=\"+Inf\"}"));
  }

  @Test
  void whatProducersAppendAndConsumersFetchIsCounted() throws Exception {
    String kafka = server.address(Room.LOG).orElseThrow().toString();
    double before = figure("daybook_appends_total{outcome=\"appended\"}");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("counted", new byte[10])).get();
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition("counted", 0)));
      Instant deadline = Instant.now().plus(Duration.ofMinutes(3));
      while (consumer.poll(Duration.ofMillis(100)).isEmpty()) {
        assertTrue(Instant.now().isBefore(deadline), "What was produced is not consumed");
      }
    }

    // Connect and the registry append too, so these are at least what we did.
    assertTrue(figure("daybook_appends_total{outcome=\"appended\"}") > before);
    assertTrue(figure("daybook_append_bytes_total") > 0);
    assertTrue(figure("daybook_fetch_bytes_total") > 0);
    assertTrue(figure("daybook_force_seconds_count") > 0);
    assertTrue(figure("daybook_force_seconds_sum") > 0);
    assertTrue(figure("daybook_append_round_bytes_sum") > 0);
  }

  private double figure(String name) throws IOException, InterruptedException {
    return send(Room.PAGE, "GET", "/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aContractIsEnforcedWhereRecordsAreAppended() throws Exception {
    String kafka = server.address(Room.LOG).orElseThrow().toString();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka));
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("people", 1, (short) 1)
                      .configs(Map.of("daybook.contract.value", "id"))))
          .all()
          .get();
      int id = register("people-value", "{\\\"type\\\":\\\"string\\\"}");

      ExecutionException noId =
          assertThrows(
              ExecutionException.class,
              () ->
                  producer
                      .send(
                          new ProducerRecord<>(
                              "people", "hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                      .get());
      ExecutionException wrongId =
          assertThrows(
              ExecutionException.class,
              () -> producer.send(new ProducerRecord<>("people", payload(id + 1))).get());

      assertInstanceOf(InvalidRecordException.class, noId.getCause());
      assertInstanceOf(InvalidRecordException.class, wrongId.getCause());
      assertEquals(0, producer.send(new ProducerRecord<>("people", payload(id))).get().offset());
      assertEquals(1, producer.send(new ProducerRecord<>("people", null)).get().offset());
    }
  }

  @Test
  void thePageSeesTheRealRegistryAndConnect() throws Exception {
    register("seen-value", "{\\\"type\\\":\\\"long\\\"}");

    assertTrue(send(Room.PAGE, "GET", "/api/subjects").body().contains("seen-value"));
    assertEquals(200, send(Room.PAGE, "GET", "/api/connectors").statusCode());
  }

  @Test
  void aHostileConnectorIsRefusedWithoutBeingStored() throws Exception {
    String config =
        """
        {"name": "evil", "config": {"connector.class": "org.apache.kafka.connect.tools.MockSinkConnector", "topics": "t",
         "consumer.override.sasl.jaas.config": "com.sun.security.auth.module.JndiLoginModule required;"}}
        """;
    HttpRequest request =
        HttpRequest.newBuilder(uri(Room.CONNECT, "/connectors"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(config))
            .build();

    assertEquals(400, http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode());
    assertEquals("[]", send(Room.CONNECT, "GET", "/connectors").body());
  }

  private static byte[] payload(int schemaId) {
    return ByteBuffer.allocate(7)
        .put((byte) 0)
        .putInt(schemaId)
        .put((byte) 2)
        .put((byte) 'a')
        .array();
  }

  private int register(String subject, String schema) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(Room.REGISTRY, "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"schema\":\"" + schema + "\"}"))
            .build();
    String body = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return Integer.parseInt(body.replaceAll(".*\"id\":(\\d+).*", "$1"));
  }

  private int status(Room room, String method, String path, String header, String value)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(room, path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .header(header, value)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private HttpResponse<String> send(Room room, String method, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(room, path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static void awaitReady() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    Instant deadline = Instant.now().plus(Duration.ofMinutes(3));
    HttpRequest request = HttpRequest.newBuilder(uri(Room.PAGE, "/health")).build();
    while (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() != 200) {
      assertTrue(Instant.now().isBefore(deadline), "The server does not become ready");
      Thread.sleep(50);
    }
  }

  private static URI uri(Room room, String path) {
    return URI.create("http://" + address(room) + path);
  }

  private static HostPort address(Room room) {
    return server.address(room).orElseThrow();
  }
}
