package dev.daybook.eventlog.partition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.log.FileSlice;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.LogRecord;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.RecordBatches;
import dev.daybook.eventlog.record.RecordReader;
import dev.daybook.eventlog.record.TopicId;
import dev.daybook.eventlog.time.ManualClock;
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// A small data directory in which everything was acknowledged, and what must be true of any damage to it: whoever starts it
/// again reads each record as it was, or is told that its offset is damaged; or the start is refused and says why. No
/// record is missing without a word, and none is another.
///
/// One thing nobody can tell: when the journal's newest entry is not whole and the segment has nothing of its records either,
/// the files are those of a log that stopped before it forced that entry ([#toldOf]).
final class DamageImage {
  private static final List<String> NAMES = List.of("orders", "payments", "shipments");
  private static final Path PARTITIONS = Path.of("/data/shard-0/partitions");

  /// The value of each acknowledged record, by topic; its index is its offset.
  private final Map<String, List<String>> written;

  private final Map<Path, byte[]> files;

  /// How many records of each topic were written before the newest entry.
  private final Map<String, Integer> writtenBefore;

  private final NewestEntry newest;

  /// The file of each topic.
  private final Map<String, Path> segments = new HashMap<>();

  private DamageImage(
      SteppedShard stepped,
      Map<String, List<String>> written,
      Map<String, Integer> writtenBefore,
      Map<Path, byte[]> before) {
    this.written = written;
    this.writtenBefore = writtenBefore;
    this.files = stepped.disk.contents();
    this.newest = new NewestEntry(before, files);
    for (String name : NAMES) {
      String directory = partition(stepped.shard, name).id().directoryName();
      segments.put(name, PARTITIONS.resolve(directory).resolve("00000000000000000000.log"));
    }
  }

  /// Writes three topics: some of their records only in segments, others in the journal as well.
  static DamageImage write() throws IOException {
    SteppedShard stepped = sameEachTime();
    Map<String, List<String>> written = create(stepped);
    appendRounds(stepped, written, 0, 9);
    stepped.shard.settle();
    return endWithRounds(stepped, written, 9, 18);
  }

  /// Writes three topics, of which no checkpoint knows yet. All of it is in the journal, and in segments.
  static DamageImage writeYoung() throws IOException {
    SteppedShard stepped = sameEachTime();
    Map<String, List<String>> written = create(stepped);
    return endWithRounds(stepped, written, 0, 9);
  }

  /// Topics with the same ids in each run: files are named by them, and a seed chooses among the files.
  private static SteppedShard sameEachTime() throws IOException {
    Random ids = new Random(7);
    return new SteppedShard(
        new SimulatedDisk(1),
        new ManualClock(),
        new Random(1),
        SteppedShard.RESERVE_BYTES,
        () -> new TopicId(ids.nextLong(), ids.nextLong()));
  }

  private static Map<String, List<String>> create(SteppedShard stepped) throws IOException {
    Map<String, List<String>> written = new LinkedHashMap<>();
    for (String name : NAMES) {
      stepped.create(name);
      written.put(name, new ArrayList<>());
    }
    return written;
  }

  private static DamageImage endWithRounds(
      SteppedShard stepped, Map<String, List<String>> written, int from, int to)
      throws IOException {
    appendRounds(stepped, written, from, to - 1);
    Map<String, Integer> writtenBefore = new HashMap<>();
    written.forEach((name, records) -> writtenBefore.put(name, records.size()));
    Map<Path, byte[]> before = stepped.disk.contents();
    appendRounds(stepped, written, to - 1, to);
    return new DamageImage(stepped, written, writtenBefore, before);
  }

  private static void appendRounds(
      SteppedShard stepped, Map<String, List<String>> written, int from, int to)
      throws IOException {
    for (int round = from; round < to; round++) {
      for (String name : NAMES) {
        if (round % (1 + NAMES.indexOf(name)) == 0) {
          append(stepped, name, written.get(name));
        }
      }
      stepped.step();
    }
  }

  private static void append(SteppedShard stepped, String name, List<String> written) {
    RecordBatchBuilder batch = RecordBatchBuilder.uncompressed();
    for (int record = 0; record < 2; record++) {
      String value = name + "-" + written.size();
      written.add(value);
      batch.append(stepped.clock.wallMs(), null, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }
    stepped.append(partition(stepped.shard, name), batch.build());
  }

  Map<Path, byte[]> files() {
    return files;
  }

  SimulatedDisk disk(long seed) throws IOException {
    return forced(files, seed);
  }

  /// A disk that has these files, for good.
  static SimulatedDisk forced(Map<Path, byte[]> files, long seed) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(seed);
    for (Map.Entry<Path, byte[]> file : files.entrySet()) {
      disk.createDirectories(Objects.requireNonNull(file.getKey().getParent()));
      try (DiskFile created = disk.create(file.getKey())) {
        created.write(0, ByteBuffer.wrap(file.getValue()));
        created.force();
      }
      for (Path at = file.getKey().getParent(); at != null; at = at.getParent()) {
        disk.forceDirectory(at);
      }
    }
    return disk;
  }

  /// Starts, reads all, stops, and does that once more.
  ///
  /// @return how many records are damaged; -1 when the start was refused
  int check(SimulatedDisk disk) throws IOException {
    Map<String, List<String>> told = toldOf(disk.contents());
    int damaged = checkOnce(disk, told);
    int again = checkOnce(disk, told);
    assertTrue(again == damaged, "damaged " + damaged + ", after another start " + again);
    return damaged;
  }

  /// What was written, without the newest entry's records where these files have no trace of them.
  private Map<String, List<String>> toldOf(Map<Path, byte[]> damaged) {
    Map<String, List<String>> told = new LinkedHashMap<>(written);
    if (!newest.isWholeIn(damaged)) {
      writtenBefore.forEach(
          (name, records) -> {
            if (!newest.isKnownOf(Objects.requireNonNull(segments.get(name)), damaged)) {
              told.put(name, Objects.requireNonNull(written.get(name)).subList(0, records));
            }
          });
    }
    return told;
  }

  private static int checkOnce(SimulatedDisk disk, Map<String, List<String>> told)
      throws IOException {
    SteppedShard stepped;
    try {
      stepped = new SteppedShard(disk);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("/data") || message.contains("catalogue"), message);
      return -1;
    }
    int damaged = 0;
    for (Map.Entry<String, List<String>> topic : told.entrySet()) {
      if (stepped.shard.topics().byName(topic.getKey()).isEmpty()) {
        assertTrue(stepped.shard.recovery().damagedPartitions() > 0, topic.getKey() + " is gone");
        damaged += topic.getValue().size();
      } else {
        damaged += damagedRecords(partition(stepped.shard, topic.getKey()), topic.getValue());
      }
    }
    stepped.shard.close();
    return damaged;
  }

  static Partition partition(Shard shard, String name) {
    Topic topic = shard.topics().byName(name).orElseThrow();
    return Objects.requireNonNull(shard.partition(topic.partition(0)));
  }

  private static int damagedRecords(Partition partition, List<String> values) throws IOException {
    int damaged = 0;
    for (int offset = 0; offset < values.size(); offset++) {
      try {
        checkRead(partition, offset, values);
      } catch (CorruptLogException e) {
        damaged++;
      }
    }
    return damaged;
  }

  /// Reads the bytes that a client would get: nothing in them may be damaged.
  private static void checkRead(Partition partition, long offset, List<String> values)
      throws IOException {
    if (partition.highWatermark() <= offset) {
      assertTrue(partition.damage().isOpen(), partition.id() + " ends at " + offset);
      throw new CorruptLogException(partition.id(), partition.damage().open().getLast());
    }
    ReadResult.Batches read =
        assertInstanceOf(ReadResult.Batches.class, partition.read(offset, 300), "offset " + offset);
    boolean found = false;
    try (read) {
      for (Slice slice : read.slices()) {
        for (RecordBatch batch : RecordBatches.in(sent(slice))) {
          assertInstanceOf(BatchCheck.Ok.class, batch.check(), "served at " + batch.baseOffset());
          for (LogRecord record : RecordReader.read(batch)) {
            String value = UTF_8.decode(Objects.requireNonNull(record.value())).toString();
            assertEquals(values.get((int) record.offset()), value, "at " + record.offset());
            found |= record.offset() == offset;
          }
        }
      }
    }
    assertTrue(found, "nothing was read at " + offset);
  }

  private static ByteBuffer sent(Slice slice) throws IOException {
    return switch (slice) {
      case Slice.Memory memory -> memory.bytes();
      case Slice.InFile(FileSlice file) -> {
        ByteBuffer bytes = ByteBuffer.allocate(file.length());
        file.file().read(bytes, file.position());
        yield bytes.flip();
      }
    };
  }
}
