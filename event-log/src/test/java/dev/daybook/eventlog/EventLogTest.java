package dev.daybook.eventlog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.ReadResult;
import dev.daybook.eventlog.partition.RecordValidator;
import dev.daybook.eventlog.partition.ValuesOf;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  private final AtomicReference<Throwable> fatal = new AtomicReference<>();
  @TempDir private Path directory;
  private EventLog log;

  @BeforeEach
  void open() throws IOException {
    log =
        EventLog.open(
            EventLogConfig.in(directory),
            (topic, records) -> new RecordValidator.Verdict.Accepted(),
            fatal::set);
  }

  @AfterEach
  void close() throws IOException {
    log.close();
    assertEquals(null, fatal.get());
  }

  @Test
  void whatWasAppendedIsReadInOrderFromMemoryAndFromFiles() throws IOException {
    Partition partition = createTopic("orders", Map.of());
    append(partition, batch("a", "b"));
    append(partition, batch("c"));

    assertEquals(List.of("a", "b", "c"), ValuesOf.partition(partition, 0, 1 << 20));

    reopen();
    assertEquals(List.of("a", "b", "c"), ValuesOf.partition(partition("orders"), 0, 1 << 20));
    assertEquals(List.of("c"), ValuesOf.partition(partition("orders"), 2, 1 << 20));
  }

  @Test
  void offsetsGoOnAfterARestart() throws IOException {
    append(createTopic("orders", Map.of()), batch("a", "b"));

    reopen();
    AppendResult result = append(partition("orders"), batch("c"));

    assertEquals(2, assertInstanceOf(AppendResult.Appended.class, result).baseOffset());
  }

  @Test
  void aBatchSentTwiceIsAnsweredWithItsFirstOffsetAlsoAfterARestart() throws IOException {
    Partition partition = createTopic("orders", Map.of());
    append(partition, producerBatch(7, 0, "a"));
    append(partition, producerBatch(7, 1, "b"));

    assertEquals(new AppendResult.Duplicate(1, 0), append(partition, producerBatch(7, 1, "b")));
    reopen();
    assertEquals(
        new AppendResult.Duplicate(1, 0), append(partition("orders"), producerBatch(7, 1, "b")));
    assertEquals(List.of("a", "b"), ValuesOf.partition(partition("orders"), 0, 1 << 20));
  }

  @Test
  void neverHandsOutAProducerIdTwice() throws IOException {
    long first = log.newProducerId().join();
    long second = log.newProducerId().join();
    reopen();
    long third = log.newProducerId().join();

    assertTrue(first < second && second < third, first + " " + second + " " + third);
  }

  @Test
  void aTopicThatIsDeletedIsGoneWithItsFilesAndMayBeCreatedAnew() throws IOException {
    Partition old = createTopic("orders", Map.of());
    append(old, batch("a"));

    assertInstanceOf(CatalogDecision.Accepted.class, log.deleteTopic(old.topic().id()).join());

    assertEquals(new ReadResult.UnknownPartition(), old.read(0, 100));
    Partition anew = createTopic("orders", Map.of());
    assertNotEquals(old.id(), anew.id());
    assertEquals(List.of(), ValuesOf.partition(anew, 0, 1 << 20));
    reopen();
    assertEquals(List.of(), ValuesOf.partition(partition("orders"), 0, 1 << 20));
    assertTrue(
        java.nio.file.Files.notExists(
            directory.resolve("shard-0/partitions/" + old.id().directoryName())));
  }

  @Test
  void refusesABatchThatIsTooLargeOrDatedTooFarAhead() throws IOException {
    Partition partition = createTopic("orders", Map.of("max.message.bytes", "200"));

    assertEquals(
        AppendResult.Reason.BATCH_TOO_LARGE, refusal(append(partition, batch("x".repeat(300)))));
    ByteBuffer future =
        RecordBatchBuilder.uncompressed()
            .append(System.currentTimeMillis() + 7_200_000, null, bytes("late"))
            .build();
    assertEquals(AppendResult.Reason.INVALID_TIMESTAMP, refusal(append(partition, future)));
    assertEquals(0, partition.highWatermark());
  }

  @Test
  void rollsSegmentsAndReadsAcrossThem() throws IOException {
    Partition partition = createTopic("orders", Map.of("segment.bytes", Integer.toString(1 << 20)));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String value = i + "x".repeat(100_000);
      expected.add(value);
      append(partition, batch(value));
    }

    reopen();
    assertEquals(expected, ValuesOf.partition(partition("orders"), 0, 1 << 20));
  }

  @Test
  void aSecondProcessIsToldWhoHoldsTheDirectory() {
    IOException refused =
        assertThrows(
            IOException.class,
            () ->
                EventLog.open(
                    EventLogConfig.in(directory),
                    (topic, records) -> new RecordValidator.Verdict.Accepted(),
                    fatal::set));

    assertTrue(
        Objects.requireNonNull(refused.getMessage()).contains(directory.toString()),
        refused.getMessage());
  }

  @Test
  void aWaiterIsWokenWhenRecordsAreDurable() {
    Partition partition = createTopic("orders", Map.of());
    java.util.concurrent.CompletableFuture<Long> woken =
        new java.util.concurrent.CompletableFuture<>();
    partition.waiters().await(0, () -> woken.complete(partition.highWatermark()));

    append(partition, batch("a"));

    assertEquals(1, woken.join());
  }

  private void reopen() throws IOException {
    close();
    open();
  }

  private Partition createTopic(String name, Map<String, String> config) {
    assertInstanceOf(
        CatalogDecision.Accepted.class, log.createTopic(new NewTopic(name, 1, config)).join());
    return partition(name);
  }

  private Partition partition(String name) {
    Topic topic = log.topics().byName(name).orElseThrow();
    return Objects.requireNonNull(log.partition(topic.partition(0)));
  }

  private AppendResult append(Partition partition, ByteBuffer batch) {
    return log.append(List.of(new PartitionAppend(partition, batch))).durable().join().getFirst();
  }

  private static AppendResult.Reason refusal(AppendResult result) {
    return assertInstanceOf(AppendResult.Refused.class, result).reason();
  }

  private static ByteBuffer batch(String... values) {
    RecordBatchBuilder builder = RecordBatchBuilder.uncompressed();
    for (String value : values) {
      builder.append(System.currentTimeMillis(), null, bytes(value));
    }
    return builder.build();
  }

  private static ByteBuffer producerBatch(long producer, int sequence, String value) {
    return RecordBatchBuilder.uncompressed()
        .producer(producer, (short) 0, sequence)
        .append(System.currentTimeMillis(), null, bytes(value))
        .build();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
