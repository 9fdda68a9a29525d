package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.FileJournal;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.CatalogDecision;
import dev.daybook.eventlog.topic.NewTopic;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicNames;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// A small shard on a simulated disk whose owners take a step only when the test says so: 24 KiB of memory, a journal
/// of 160 KiB in files of 32, rounds of 4 KiB, 128 KiB of reserve.
///
/// Ids of topics and, unless a test has others, the salts of journal files follow from the disk's seed, through all its lives,
/// and none is given twice. Directories are named by ids: were they by chance, files would come in another order in each run,
/// and a seed that failed would not fail again.
final class SteppedShard {
  static final int RETAINED_BYTES = 24 << 10;
  static final int RESERVE_BYTES = 128 << 10;
  static final int JOURNAL_FILE_BYTES = 32 << 10;
  private static final Path PARTITIONS = Path.of("/data/shard-0/partitions");

  final SimulatedDisk disk;
  final ManualClock clock;
  final Shard shard;

  SteppedShard() throws IOException {
    this(new SimulatedDisk(1));
  }

  SteppedShard(SimulatedDisk disk) throws IOException {
    this(disk, new ManualClock());
  }

  SteppedShard(SimulatedDisk disk, ManualClock clock) throws IOException {
    this(disk, clock, new Random(disk.freshNumber()));
  }

  /// @param salts of journal files: the lives of one disk must not have the same
  SteppedShard(SimulatedDisk disk, ManualClock clock, Random salts) throws IOException {
    this(disk, clock, salts, RESERVE_BYTES);
  }

  /// @param reserveBytes of disk that appends leave free
  SteppedShard(SimulatedDisk disk, ManualClock clock, Random salts, long reserveBytes)
      throws IOException {
    this(disk, clock, salts, reserveBytes, () -> newTopicId(disk));
  }

  /// @param ids of new topics, which name their directories
  SteppedShard(
      SimulatedDisk disk, ManualClock clock, Random salts, long reserveBytes, Supplier<TopicId> ids)
      throws IOException {
    this(disk, clock, salts, reserveBytes, ids, journal -> journal);
  }

  /// @param journals what the owners get in the place of the journal
  SteppedShard(
      SimulatedDisk disk,
      ManualClock clock,
      Random salts,
      long reserveBytes,
      Supplier<TopicId> ids,
      UnaryOperator<Journal> journals)
      throws IOException {
    this.disk = disk;
    this.clock = clock;
    JournalConfig files = new JournalConfig(16 << 10, JOURNAL_FILE_BYTES);
    this.shard =
        Shard.open(
            disk,
            Path.of("/data"),
            new ShardConfig(
                160 << 10,
                4 << 10,
                RETAINED_BYTES,
                reserveBytes,
                4 << 10,
                10_000_000L,
                5_000_000_000L,
                300_000_000_000L),
            (directory, checkpoint) ->
                journals.apply(
                    FileJournal.open(
                        disk,
                        directory,
                        files,
                        checkpoint.map(CheckpointMarks::sequence).orElse(0L),
                        salts)),
            clock,
            ids);
  }

  /// One that no topic of the disk has, nor had: it may be a copy of another one, which had the same numbers.
  static TopicId newTopicId(SimulatedDisk disk) {
    TopicId id = new TopicId(disk.freshNumber(), disk.freshNumber());
    boolean taken = disk.exists(PARTITIONS.resolve(id + "-0"));
    return taken ? newTopicId(disk) : id;
  }

  /// With the settings that a topic of this name must have.
  Partition create(String name) throws IOException {
    return create(
        name, TopicNames.isInternal(name) ? Map.of("cleanup.policy", "compact") : Map.of());
  }

  Partition create(String name, Map<String, String> settings) throws IOException {
    CompletableFuture<CatalogDecision> created = shard.createTopic(new NewTopic(name, 1, settings));
    step();
    assertInstanceOf(CatalogDecision.Accepted.class, created.join());
    return partition(name);
  }

  /// The only partition of a topic there is.
  Partition partition(String name) {
    Topic topic = shard.topics().byName(name).orElseThrow();
    return Objects.requireNonNull(shard.partition(topic.partition(0)));
  }

  Append append(Partition partition, ByteBuffer batch) {
    return shard.append(List.of(new PartitionAppend(partition, batch)));
  }

  /// The appender's next round, and all that waits for the segment writer.
  void step() throws IOException {
    shard.appender().doWork();
    shard.segmentWriter().drain();
  }

  /// A batch of one record of so many bytes.
  ByteBuffer batch(int bytes) {
    return RecordBatchBuilder.uncompressed()
        .append(clock.wallMs(), null, ByteBuffer.allocate(bytes))
        .build();
  }
}
