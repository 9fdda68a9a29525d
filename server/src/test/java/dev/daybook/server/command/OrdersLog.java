package dev.daybook.server.command;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.EventLog;
import dev.daybook.eventlog.EventLogConfig;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// A data directory with one topic, "orders", for commands that work while no server does.
record OrdersLog(Path data) {

  /// Appends a batch of two records, in a process life of its own.
  AppendResult append() throws IOException {
    try (EventLog log =
        EventLog.open(
            EventLogConfig.in(data),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            failure -> {})) {
      if (log.topics().byName("orders").isEmpty()) {
        log.createTopic(new NewTopic("orders", 1, Map.of())).join();
      }
      Topic topic = log.topics().byName("orders").orElseThrow();
      ByteBuffer batch =
          RecordBatchBuilder.uncompressed()
              .append(1, null, ByteBuffer.allocate(500))
              .append(2, null, ByteBuffer.allocate(500))
              .build();
      PartitionAppend append =
          new PartitionAppend(Objects.requireNonNull(log.partition(topic.partition(0))), batch);
      return log.append(List.of(append)).durable().join().getFirst();
    }
  }

  /// Reads its first batch, as a consumer would.
  void read() throws IOException {
    try (EventLog log =
        EventLog.open(
            EventLogConfig.in(data),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            failure -> {})) {
      Topic topic = log.topics().byName("orders").orElseThrow();
      ReadResult found = Objects.requireNonNull(log.partition(topic.partition(0))).read(0, 1);
      assertInstanceOf(ReadResult.Batches.class, found).close();
    }
  }

  /// The segment of its one partition; the catalogue's is smaller.
  Path segment() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(path -> path.toString().endsWith(".log"))
          .filter(path -> path.toFile().length() > 1_000)
          .findFirst()
          .orElseThrow();
    }
  }

  /// Flips a bit in its first batch, and returns the file.
  Path damage() throws IOException {
    Path segment = segment();
    byte[] bytes = Files.readAllBytes(segment);
    bytes[300] ^= 4;
    Files.write(segment, bytes);
    return segment;
  }
}
