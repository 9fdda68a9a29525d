package dev.daybook.connectors.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.connectors.roots.FileRoots;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSinkTest {
  private static final TopicPartition PARTITION = new TopicPartition("orders", 0);

  @TempDir Path temp;
  private Path root = Path.of("unset");
  private Path target = Path.of("unset");

  @BeforeEach
  void allowRoot() throws IOException {
    root = Files.createDirectory(temp.toRealPath().resolve("root"));
    target = root.resolve("a/b");
    System.setProperty(FileRoots.PROPERTY, root.toString());
  }

  @AfterEach
  void allowNothing() {
    System.clearProperty(FileRoots.PROPERTY);
  }

  private SinkWorker worker(List<SinkRecord> log, String... more) {
    Map<String, String> config = new HashMap<>();
    config.put("directory", target.toString());
    for (int i = 0; i < more.length; i += 2) {
      config.put(more[i], more[i + 1]);
    }
    return new SinkWorker(PARTITION, log, config);
  }

  private static List<SinkRecord> log(int size) {
    List<SinkRecord> log = new ArrayList<>();
    for (long i = 0; i < size; i++) {
      log.add(record(i, "value " + i));
    }
    return log;
  }

  private static SinkRecord record(long offset, Object value) {
    return new SinkRecord(
        "orders", 0, null, "k", null, value, offset, 1_795_342_272_123L, TimestampType.CREATE_TIME);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  private List<Long> offsets() throws IOException {
    List<Long> offsets = new ArrayList<>();
    for (String name : names()) {
      for (String line : Files.readAllLines(target.resolve(name))) {
        offsets.add(JsonLine.offset(line));
      }
    }
    return offsets;
  }

  private static List<Long> upTo(long end) {
    return LongStream.range(0, end).boxed().toList();
  }

  @Test
  void rendersEveryTypeWithoutLoss() throws IOException {
    Schema schema =
        SchemaBuilder.struct()
            .field("big", Schema.INT64_SCHEMA)
            .field("amount", Decimal.schema(9))
            .field("bytes", Schema.BYTES_SCHEMA)
            .field("none", SchemaBuilder.string().optional().defaultValue("not this").build())
            .field("text", Schema.STRING_SCHEMA)
            .field("when", Timestamp.SCHEMA)
            .field("f", Schema.FLOAT32_SCHEMA)
            .field("nan", Schema.FLOAT64_SCHEMA)
            .field("map", SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.BOOLEAN_SCHEMA).build())
            .build();
    Struct value =
        new Struct(schema)
            .put("big", (1L << 53) + 1)
            .put("amount", new BigDecimal("12345678901234567890123456789.000000010"))
            .put("bytes", new byte[] {0, -1, 2})
            .put("text", "🦆 \"q\" \\ \n\u0001 \ud83e")
            .put("when", java.util.Date.from(java.time.Instant.EPOCH))
            .put("f", 0.1f)
            .put("nan", Double.NaN)
            .put("map", Map.of(1, true));
    SinkRecord record =
        new SinkRecord(
            "orders",
            0,
            Schema.INT64_SCHEMA,
            7L,
            schema,
            value,
            0,
            1_795_342_272_123L,
            TimestampType.CREATE_TIME,
            new ConnectHeaders().addString("h", "1"));
    worker(List.of(record)).start().deliver(1).stop();
    assertEquals(
        "{\"topic\":\"orders\",\"partition\":0,\"offset\":0,\"timestamp\":1795342272123,\"key\":7,\"value\":"
            + "{\"big\":9007199254740993,\"amount\":\"12345678901234567890123456789.000000010\",\"bytes\":\"AP8C\","
            + "\"none\":null,\"text\":\"🦆 \\\"q\\\" \\\\ \\n\\u0001 \\ud83e\",\"when\":\"1970-01-01T00:00:00Z\",\"f\":0.1,"
            + "\"nan\":\"NaN\",\"map\":[[1,true]]},\"headers\":[{\"key\":\"h\",\"value\":\"1\"}]}\n",
        Files.readString(target.resolve("orders+0+00000000000000000000.jsonl")));
    assertTrue(
        new String(JsonLine.of(record, true), java.nio.charset.StandardCharsets.UTF_8)
            .contains("\"amount\":12345678901234567890123456789.000000010,"));
  }

  @Test
  void rollsByCountSizeAndAge() throws Exception {
    worker(log(25), "roll.records", "10").start().deliver(7).stop();
    assertEquals(
        List.of(
            "orders+0+00000000000000000000.jsonl",
            "orders+0+00000000000000000010.jsonl",
            "orders+0+00000000000000000020.jsonl"),
        names());
    target = root.resolve("size");
    worker(log(10), "roll.bytes", "200").start().deliver(10).stop();
    assertEquals(4, names().size(), "three lines reach 200 bytes");
    target = root.resolve("age");
    SinkWorker worker = worker(log(3), "roll.interval.ms", "1").start().deliver(2);
    Thread.sleep(2);
    worker.commit();
    assertEquals(3, worker.committed);
    worker.stop();
  }

  @Test
  void commitsOnlyWhatIsInFinishedFiles() throws IOException {
    SinkWorker worker = worker(log(25), "roll.records", "10").start().deliver(5).commit();
    assertEquals(20, worker.committed);
    assertEquals(1, names().stream().filter(name -> name.endsWith(".part")).count());
    worker.stop();
    assertEquals(upTo(25), offsets());
  }

  /// Kill points: the process dies anywhere, in particular behind a finished file and before the worker's commit.
  @Test
  void repeatsAndLosesNothingWhenKilled() throws IOException {
    for (long seed = 1; seed <= 10; seed++) {
      target = root.resolve("seed" + seed);
      Random random = new Random(seed);
      SinkWorker worker = worker(log(300), "roll.records", "" + (1 + random.nextInt(30)));
      while (worker.committed < 270) {
        worker.start();
        for (int puts = random.nextInt(5); puts > 0; puts--) {
          worker.deliverOnce(1 + random.nextInt(40));
        }
        if (random.nextInt(3) == 0) {
          worker.commit();
        }
      }
      worker.start().deliver(50).commit().stop();
      assertEquals(upTo(300), offsets(), "seed " + seed);
    }
  }

  @Test
  void aTaskThatWasReplacedSpoilsNothing() throws IOException {
    SinkWorker zombie = worker(log(30), "roll.records", "10").start();
    zombie.deliverOnce(15);
    SinkWorker owner = worker(log(30), "roll.records", "7").start();
    assertEquals(10, owner.position);
    owner.deliver(30);
    Failure.of(Exception.class, () -> zombie.deliverOnce(15));
    owner.stop();
    assertEquals(upTo(30), offsets());

    SinkWorker late = worker(log(50)).start();
    SinkWorker other = worker(log(50)).start();
    late.deliver(50);
    other.deliver(50).stop();
    Failure.of(ConnectException.class, late::stop, "another task has taken over");
    assertEquals(upTo(50), offsets());
  }

  /// A worker closes a task also when it failed; what the failed task had begun must not appear.
  @Test
  void finishesNothingAfterAFailure() throws IOException {
    List<SinkRecord> log = log(5);
    log.add(record(5, new Object()));
    SinkWorker worker = worker(log).start();
    worker.deliverOnce(3);
    Failure.of(DataException.class, () -> worker.deliverOnce(3), "cannot be written as JSON");
    worker.commit().stop();
    assertEquals(0, worker.committed);
    assertEquals(List.of(), names());
  }

  @Test
  void saysSoWhenTheLogStartsOver() {
    worker(log(5)).start().deliver(5).stop();
    SinkWorker worker = worker(log(5)).start();
    worker.position = 0;
    Failure.of(
        ConnectException.class, () -> worker.deliver(1), "already holds orders-0 up to offset 5");
  }

  @Test
  void writesNothingOutsideTheWorkersRoots() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createSymbolicLink(root.resolve("link"), outside);
    for (String directory :
        List.of(
            outside.toString(),
            root + "/../outside",
            root + "/link",
            root + "/link/x",
            "/tmp",
            "relative",
            root + "/./x")) {
      Map<String, String> config = Map.of("directory", directory);
      FileSinkConnector connector = new FileSinkConnector();
      assertTrue(
          connector.validate(config).configValues().stream()
              .anyMatch(value -> !value.errorMessages().isEmpty()),
          directory);
      Failure.of(ConfigException.class, () -> connector.start(config), "directory");
      Failure.of(ConfigException.class, () -> new FileSinkTask().start(config), "directory");
    }
    SinkWorker worker = worker(log(5)).start();
    Files.delete(target);
    Files.createSymbolicLink(target, outside);
    Failure.of(ConnectException.class, () -> worker.deliver(5), "replaced by a link");
    try (Stream<Path> files = Files.list(outside)) {
      assertEquals(0, files.count());
    }
    System.clearProperty(FileRoots.PROPERTY);
    Failure.of(ConfigException.class, () -> worker(log(1)).start(), "connect.file.roots");
  }
}
