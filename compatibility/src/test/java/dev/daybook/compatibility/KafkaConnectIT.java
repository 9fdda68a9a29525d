package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Apache Kafka's own Connect, distributed, with its file connectors: lines of a file go through a topic into another
/// file, exactly once into the topic, while the worker is killed again and again.
@Tag("ci")
class KafkaConnectIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);
  private static final int LINES = 1_500;
  private static final int KILLS = 2;

  /// The source holds back what fits its buffer of 1,024 characters until more comes.
  private static final List<String> PADDING = Collections.nCopies(2_000, "");

  @TempDir private Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void everyLineIsInTheTopicOnceThoughTheWorkerIsKilled() throws Exception {
    Path input = Files.createFile(folder.resolve("in.txt"));
    Path output = folder.resolve("out.txt");
    try (Daybook daybook = Daybook.in(folder.resolve("data"))) {
      Records records = daybook.records();
      records.create("lines", 1);
      for (int life = 0; life <= KILLS; life++) {
        int port = Ports.free();
        try (Child worker = worker(daybook, port)) {
          configure(worker, port, "source", source(input));
          configure(worker, port, "sink", sink(output));
          write(input, life * LINES, LINES);
          int some = life * LINES + LINES / 4;
          worker.until(some + " records", PATIENCE, () -> records.end("lines") >= some);
          if (life < KILLS) {
            worker.kill();
          } else {
            Files.write(input, PADDING, StandardOpenOption.APPEND);
            int all = (KILLS + 1) * LINES;
            worker.until("all records", PATIENCE, () -> lines(records).size() >= all);
            worker.until("all lines", PATIENCE, () -> distinctLines(output).size() >= all);
          }
        }
      }
      List<String> expected = lines(0, (KILLS + 1) * LINES);
      assertEquals(expected, lines(records), "the topic");
      assertEquals(expected, distinctLines(output), "the sink's file");
    }
  }

  private Child worker(Daybook daybook, int port) throws IOException {
    Path properties = folder.resolve("worker.properties");
    Files.writeString(
        properties,
        """
        bootstrap.servers=%s
        group.id=workers
        listeners=HTTP://127.0.0.1:%d
        exactly.once.source.support=enabled
        consumer.isolation.level=read_committed
        consumer.session.timeout.ms=6000
        consumer.heartbeat.interval.ms=1500
        key.converter=org.apache.kafka.connect.storage.StringConverter
        value.converter=org.apache.kafka.connect.storage.StringConverter
        config.storage.topic=connect-configs
        config.storage.replication.factor=1
        offset.storage.topic=connect-offsets
        offset.storage.replication.factor=1
        offset.storage.partitions=1
        status.storage.topic=connect-status
        status.storage.replication.factor=1
        status.storage.partitions=1
        offset.flush.interval.ms=500
        session.timeout.ms=6000
        heartbeat.interval.ms=1000
        scheduled.rebalance.max.delay.ms=0
        plugin.discovery=service_load
        """
            .formatted(daybook.bootstrap(), port));
    return ForeignProgram.named("connect")
        .start(
            folder.resolve("out"),
            "org.apache.kafka.connect.cli.ConnectDistributed",
            properties.toString());
  }

  private static String source(Path input) {
    return """
        {"connector.class": "FileStreamSource", "file": "%s", "topic": "lines", "batch.size": 20,
         "transaction.boundary": "poll", "exactly.once.support": "required"}
        """
        .formatted(input);
  }

  private static String sink(Path output) {
    return """
        {"connector.class": "FileStreamSink", "file": "%s", "topics": "lines",
         "consumer.override.auto.offset.reset": "earliest"}
        """
        .formatted(output);
  }

  /// A worker refuses until it leads its group.
  private void configure(Child worker, int port, String name, String config) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/connectors/" + name + "/config");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(90))
            .PUT(HttpRequest.BodyPublishers.ofString(config))
            .build();
    worker.until("a good answer to the " + name, PATIENCE, () -> put(request).matches("20[01].*"));
  }

  private String put(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> reply = http.send(request, HttpResponse.BodyHandlers.ofString());
      return reply.statusCode() + " " + reply.body().replace('\n', ' ');
    } catch (IOException e) {
      return "no answer"; // It is not there yet, or about to be.
    }
  }

  private static void write(Path input, int from, int count) throws IOException {
    Files.write(input, lines(from, count), StandardOpenOption.APPEND);
  }

  private static List<String> lines(int from, int count) {
    return IntStream.range(from, from + count).mapToObj(i -> "line " + i).toList();
  }

  private static List<String> lines(Records records) {
    return records.values("lines").stream().filter(line -> !line.isEmpty()).toList();
  }

  /// The sink writes again what it had not committed when it was killed.
  private static List<String> distinctLines(Path file) throws IOException {
    return Files.exists(file)
        ? Files.readAllLines(file).stream().filter(line -> !line.isEmpty()).distinct().toList()
        : List.of();
  }
}
