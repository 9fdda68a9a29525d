package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A Flink job that reads and writes exactly once with flink-connector-kafka, killed and started again from its last
/// checkpoint: `foreign/flink`. In its own process, on a JDK that Flink supports.
@Tag("ci")
class FlinkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(600);
  private static final int PARTITIONS = 2;
  private static final int USERS = 20;
  private static final int CLICKS = 2_000;

  @TempDir private Path folder;

  /// Pooling asks the broker for its transactions, incrementing tries their names one after the other.
  @ParameterizedTest
  @ValueSource(strings = {"INCREMENTING", "POOLING"})
  void everyClickIsCountedOnceThoughTheJobIsKilled(String naming) throws Exception {
    Path checkpoints = Files.createDirectories(folder.resolve("checkpoints"));
    try (Daybook daybook = Daybook.in(folder.resolve("data"))) {
      Records records = daybook.records();
      records.create("clicks", PARTITIONS);
      records.create("counts", PARTITIONS);

      records.append("clicks", PARTITIONS, clicks());
      try (Child first = job(daybook, checkpoints, naming)) {
        first.until("the first counts", PATIENCE, () -> !records.all("counts").isEmpty());
        records.append("clicks", PARTITIONS, clicks());
        first.until(
            "counts on their way", PATIENCE, () -> records.end("counts") > CLICKS + CLICKS / 4);
        first.kill();
      }
      records.append("clicks", PARTITIONS, clicks());
      try (Child second = job(daybook, checkpoints, naming)) {
        second.until("all counts", PATIENCE, () -> records.all("counts").size() >= 3 * CLICKS);
        assertTrue(second.said().contains("goes on from"), () -> "anew? " + second.tail());
      }
      assertEquals(expected(), told(records));
    }
  }

  private Child job(Daybook daybook, Path checkpoints, String naming) throws IOException {
    return ForeignProgram.named("flink")
        .on(
            Jdk.of("Flink", 17, 21, 11),
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED",
            "--add-opens=java.base/java.time=ALL-UNNAMED",
            "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED")
        .start(
            folder.resolve("out"),
            "dev.daybook.foreign.flink.Clicks",
            daybook.bootstrap(),
            checkpoints.toString(),
            naming);
  }

  private static List<String> clicks() {
    return IntStream.range(0, CLICKS).mapToObj(i -> "user-" + i % USERS).toList();
  }

  private static Map<String, List<String>> expected() {
    Map<String, List<String>> counts = new TreeMap<>();
    for (int user = 0; user < USERS; user++) {
      counts.put(
          "user-" + user,
          IntStream.rangeClosed(1, 3 * CLICKS / USERS).mapToObj(Integer::toString).toList());
    }
    return counts;
  }

  private static Map<String, List<String>> told(Records records) {
    Map<String, List<String>> counts = new TreeMap<>();
    for (ConsumerRecord<String, String> count : records.all("counts")) {
      String[] parts = count.value().split(",");
      counts.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(parts[1]);
    }
    return counts;
  }
}
