package dev.daybook.eventlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
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
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a flight recording tells of a log's life, and that the reference names all of it.
class FlightRecordingTest {
  private static final Path REFERENCE = Path.of("..", "docs", "reference", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(dev\\.daybook\\.\\w+)` \\|.*\\| (.*) \\|");
  @TempDir private Path directory;

  @Test
  void aRecordingShowsRecoveryAppendsForcesAndCheckpointsAsTheReferenceSays() throws Exception {
    List<RecordedEvent> events = record(this::life);

    assertEquals(
        new TreeSet<>(told().keySet()),
        events.stream()
            .map(event -> event.getEventType().getName())
            .collect(Collectors.toCollection(TreeSet::new)));
    for (RecordedEvent event : events) {
      assertEquals(told().get(event.getEventType().getName()), fields(event));
      assertTrue(event.getDuration().isPositive(), event.toString());
    }
    RecordedEvent append = last(events, "dev.daybook.Append");
    assertEquals(batch().remaining(), append.getLong("sizeBytes"));
    assertEquals(append.getLong("sequence"), last(events, "dev.daybook.Force").getLong("sequence"));
    assertEquals(
        append.getLong("sequence"), last(events, "dev.daybook.Checkpoint").getLong("sequence"));
  }

  private void life() throws IOException {
    EventLogConfig config = EventLogConfig.in(directory.resolve("data"));
    try (EventLog log =
        EventLog.open(
            config, (topic, records) -> new RecordValidator.Verdict.Accepted(), fatal -> {})) {
      log.createTopic(new NewTopic("orders", 1, Map.of())).join();
      Topic topic = log.topics().byName("orders").orElseThrow();
      Partition partition = Objects.requireNonNull(log.partition(topic.partition(0)));
      log.append(List.of(new PartitionAppend(partition, batch()))).durable().join();
    }
  }

  private List<RecordedEvent> record(Life life) throws IOException {
    Path file = directory.resolve("life.jfr");
    try (Recording recording = new Recording()) {
      told().keySet().forEach(name -> recording.enable(name).withoutThreshold());
      recording.start();
      life.run();
      recording.stop();
      recording.dump(file);
    }
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().startsWith("dev.daybook."))
        .toList();
  }

  /// What the reference tells: events and their fields.
  private static Map<String, String> told() throws IOException {
    return ROW.matcher(Files.readString(REFERENCE))
        .results()
        .collect(Collectors.toMap(row -> row.group(1), FlightRecordingTest::withoutMarks));
  }

  private static String withoutMarks(MatchResult row) {
    return row.group(2).replace("`", "");
  }

  private static String fields(RecordedEvent event) {
    return event.getFields().stream()
        .map(ValueDescriptor::getName)
        .filter(
            name -> !List.of("startTime", "duration", "eventThread", "stackTrace").contains(name))
        .collect(Collectors.joining(", "));
  }

  private static RecordedEvent last(List<RecordedEvent> events, String name) {
    return events.stream()
        .filter(event -> event.getEventType().getName().equals(name))
        .reduce((before, event) -> event)
        .orElseThrow();
  }

  private static ByteBuffer batch() {
    return RecordBatchBuilder.uncompressed()
        .append(System.currentTimeMillis(), null, ByteBuffer.wrap(new byte[] {1, 2, 3}))
        .build();
  }

  @FunctionalInterface
  private interface Life {
    void run() throws IOException;
  }
}
