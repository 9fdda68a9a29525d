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
import dev.daybook.eventlog.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// A small data directory in which everything was acknowledged, and what must be true of any damage to it: whoever starts it
/// again reads each record as it was, or is told that its offset is damaged; or the start is refused and says why. No
/// record is missing without a word, and none is another.
final class DamageImage {
  private static final List<String> NAMES = List.of("orders", "payments", "shipments");

  /// The value of each acknowledged record, by topic; its index is its offset.
  private final Map<String, List<String>> written;

  private final Map<Path, byte[]> files;

  private DamageImage(Map<String, List<String>> written, Map<Path, byte[]> files) {
    this.written = written;
    this.files = files;
  }

  /// Writes three topics: some of their records only in segments, others in the journal as well.
  static DamageImage write() throws IOException {
    SteppedShard stepped = new SteppedShard();
    Map<String, List<String>> written = new LinkedHashMap<>();
    for (String name : NAMES) {
      stepped.create(name);
      written.put(name, new ArrayList<>());
    }
    for (int round = 0; round < 18; round++) {
      for (String name : NAMES) {
        if (round % (1 + NAMES.indexOf(name)) == 0) {
          append(stepped, name, written.get(name));
        }
      }
      stepped.step();
      if (round == 8) {
        stepped.shard.settle();
      }
    }
    return new DamageImage(written, stepped.disk.contents());
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
    int damaged = checkOnce(disk);
    int again = checkOnce(disk);
    assertTrue(again == damaged, "damaged " + damaged + ", after another start " + again);
    return damaged;
  }

  private int checkOnce(SimulatedDisk disk) throws IOException {
    SteppedShard stepped;
    try {
      stepped = new SteppedShard(disk);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("/data") || message.contains("catalogue"), message);
      return -1;
    }
    int damaged = 0;
    for (Map.Entry<String, List<String>> topic : written.entrySet()) {
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
