package dev.daybook.server.command;

import dev.daybook.server.HostPort;
import dev.daybook.server.Server;
import dev.daybook.server.ServerConfig;
import dev.daybook.server.ServerConfig.Room;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import picocli.CommandLine.Command;

/// `daybook rehearse`: the short life of a server in a temporary folder, asked a little of everything. Run with
/// `-XX:AOTCacheOutput=FILE` it leaves a file from which later starts take their classes loaded, linked and profiled.
/// `./daybook` does so after a build; nobody else needs this command, so the help does not show it.
@Command(name = "rehearse", hidden = true, description = "Live a short life, for the JVM to learn.")
public final class RehearseCommand implements Callable<Integer> {
  private static final String TOPIC = "rehearsal";
  private static final int RECORDS = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public Integer call() throws Exception {
    Path directory = Files.createTempDirectory("daybook-rehearsal");
    try (Server server = Server.start(config(directory))) {
      awaitReady(server);
      produceAndConsume(server);
      for (Room room : List.of(Room.PAGE, Room.REGISTRY, Room.CONNECT)) {
        get(server, room, "/");
      }
      get(server, Room.PAGE, "/metrics");
      get(server, Room.REGISTRY, "/subjects");
      get(server, Room.CONNECT, "/connectors");
      get(server, Room.CONNECT, "/connector-plugins");
    } finally {
      delete(directory);
    }
    return 0;
  }

  private static ServerConfig config(Path directory) {
    HostPort anyPort = new HostPort("127.0.0.1", 0);
    return new ServerConfig(
        directory.resolve("data"),
        anyPort,
        anyPort,
        anyPort,
        anyPort,
        anyPort,
        ServerConfig.allRooms(),
        Optional.empty(),
        false,
        StartCommand.defaultPlugins(),
        Optional.empty(),
        List.of(),
        Map.of());
  }

  private static void awaitReady(Server server) throws IOException, InterruptedException {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (get(server, Room.PAGE, "/health") != 200) {
      if (System.nanoTime() > deadlineNs) {
        throw new IOException("The rehearsal was not ready within " + PATIENCE.toSeconds() + " s");
      }
      Thread.sleep(50);
    }
  }

  private static void produceAndConsume(Server server) {
    String kafka = server.address(Room.LOG).orElseThrow().toString();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int number = 0; number < RECORDS; number++) {
        var _ = producer.send(new ProducerRecord<>(TOPIC, new byte[100]));
      }
    }
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka, "group.id", TOPIC, "auto.offset.reset", "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
      int seen = 0;
      while (seen < RECORDS && System.nanoTime() < deadlineNs) {
        seen += consumer.poll(Duration.ofMillis(100)).count();
      }
    }
  }

  private static int get(Server server, Room room, String path) throws IOException {
    URI uri = URI.create("http://" + server.address(room).orElseThrow() + path);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    int status = connection.getResponseCode();
    InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    if (body != null) {
      try (body) {
        body.readAllBytes();
      }
    }
    return status;
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
