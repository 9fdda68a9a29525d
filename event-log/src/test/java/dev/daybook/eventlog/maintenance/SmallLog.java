package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.partition.AppendResult;
import dev.daybook.eventlog.partition.Partition;
import dev.daybook.eventlog.partition.PartitionAppend;
import dev.daybook.eventlog.partition.Shard;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.EpochRaise;
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
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// A log on some disk that is opened for each thing that is done with it, on the calling thread, and closed again.
/// Its topics roll a segment every 25 ms, which is every second batch; the n-th record of a topic has the value
/// "topic-n". Their ids, which name directories, are the same in each run, so that files come in the same order.
final class SmallLog {
  private static final JournalConfig TINY = new JournalConfig(16 << 10, 32 << 10);

  private final Disk disk;
  private final Path directory;
  private final ManualClock clock = new ManualClock();

  SmallLog(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
  }

  void append(String topic, int records) throws IOException {
    format();
    for (int done = 0; done < records; done += 5) {
      appendFive(topic, Math.min(5, records - done));
    }
  }

  /// A journal entry of a tiny journal holds only so much.
  private void appendFive(String name, int records) throws IOException {
    List<CompletableFuture<List<AppendResult>>> answers = new ArrayList<>();
    createIfMissing(name);
    try (Shard shard = closed(directory).open()) {
      Topic topic = shard.topics().byName(name).orElseThrow();
      Partition partition = Objects.requireNonNull(shard.partition(topic.partition(0)));
      long next = partition.highWatermark();
      for (int i = 0; i < records; i++) {
        clock.advance(java.time.Duration.ofMillis(20));
        answers.add(
            shard
                .append(List.of(new PartitionAppend(partition, batch(name + "-" + (next + i)))))
                .durable());
      }
    }
    answers.forEach(
        answer -> assertInstanceOf(AppendResult.Appended.class, answer.join().getFirst()));
  }

  private void createIfMissing(String name) throws IOException {
    try (Shard shard = closed(directory).open()) {
      if (shard.topics().byName(name).isEmpty()) {
        NewTopic wanted = new NewTopic(name, 1, Map.of("segment.ms", "25"));
        shard.decide(topics -> topics.create(wanted, () -> new TopicId(name.hashCode(), 1)));
      }
    }
  }

  /// What a client reads, by topic.
  Map<String, List<String>> values() throws IOException {
    Map<String, List<String>> values = new TreeMap<>();
    try (Shard shard = closed(directory).open()) {
      for (Topic topic : shard.topics().all()) {
        values.put(
            topic.name(), Values.in(Objects.requireNonNull(shard.partition(topic.partition(0)))));
      }
    }
    return values;
  }

  List<EpochRaise> epochRaises() throws IOException {
    try (Shard shard = closed(directory).open()) {
      return shard.topics().epochRaises();
    }
  }

  Manifest backUp(Path target) throws IOException {
    return backUp(target, Backup.OnDamage.REFUSE);
  }

  Manifest backUp(Path target, Backup.OnDamage onDamage) throws IOException {
    format();
    return closed(directory).backUp(target, onDamage, Progress.NONE);
  }

  /// Takes what is damaged for lost.
  ///
  /// @return whether anything was
  boolean acceptLoss() throws IOException {
    return new Repair(closed(directory)).acceptLoss("a test").isPresent();
  }

  EpochRaise restore(Path backup, Path target) throws IOException {
    return Restore.run(closed(target), backup, Progress.NONE);
  }

  private DataFormat format() throws IOException {
    if (!disk.exists(directory)) {
      DurableFiles.createDirectories(disk, directory);
    }
    return DataFormat.of(disk, directory);
  }

  private ClosedLog closed(Path at) {
    return new ClosedLog(disk, at, clock, TINY, new Random(3));
  }

  private ByteBuffer batch(String value) {
    return RecordBatchBuilder.uncompressed()
        .append(clock.wallMs(), null, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
