package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.SealedSegment;
import dev.daybook.eventlog.log.SegmentFooter;
import dev.daybook.eventlog.record.RecordBatchBuilder;
import dev.daybook.eventlog.record.TransactionMarker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What is derived is worth no more than the time it saves: whichever of these files is deleted, cut or damaged, the log
/// gives the same answers after a restart: every read by offset and by time, and what it says to producers that send
/// again.
class DerivedFilesTest {
  private static final int PRODUCERS = 3;
  private static final List<String> KINDS =
      List.of(".index", ".timeindex", ".txnindex", ".producers", "scrub", "slot-");

  private Map<Path, byte[]> files;
  private List<String> answers;

  @BeforeEach
  void writeSomeSegmentsAndKillTheProcess() throws IOException {
    SteppedShard stepped = new SteppedShard();
    Partition partition = stepped.create("orders", Map.of("segment.ms", "1000"));
    for (int round = 0; round < 5; round++) {
      for (int producer = 0; producer < PRODUCERS; producer++) {
        stepped.append(partition, batch(producer, round, stepped.clock.wallMs()));
        stepped.step();
        transact(stepped, partition, round * PRODUCERS + producer);
        stepped.clock.advance(Duration.ofMillis(400));
      }
      if (round < 4) {
        stepped.shard.checkpointer().checkpointNow();
      }
      Scrub scrub = stepped.shard.background().scrub(new ScrubPace(1 << 30, Duration.ofDays(1)));
      while (scrub.doWork() > 0) {
        stepped.clock.advance(Duration.ofMillis(1));
      }
    }
    files = stepped.disk.afterKill().contents();
    answers = answers(new SteppedShard(disk(files)));
    long segments = files.keySet().stream().filter(path -> is(path, ".log")).count();
    assertTrue(segments >= 5, segments + " segments");
  }

  @Test
  void mayBeGone() throws IOException {
    for (Path path : derived()) {
      Map<Path, byte[]> left = new TreeMap<>(files);
      left.remove(path);
      assertSameAnswers(left, path + " deleted");
    }
  }

  @Test
  void mayBeMissingFromWhenThereWereNoTransactions() throws IOException {
    Map<Path, byte[]> left = new TreeMap<>(files);
    left.keySet().removeIf(path -> is(path, ".txnindex"));
    assertTrue(left.size() < files.size() - 2, "several were there");
    assertSameAnswers(left, "no index of transactions");
  }

  @Test
  void mayBeCut() throws IOException {
    for (Path path : derived()) {
      byte[] whole = whole(path);
      for (int size : new int[] {0, 1, 30, whole.length / 2, whole.length - 1}) {
        assertSameAnswers(with(path, Arrays.copyOf(whole, size)), path + " cut to " + size);
      }
    }
  }

  @Test
  void mayBeDamaged() throws IOException {
    flip(97);
  }

  @Test
  @Tag("ci")
  void mayBeDamagedAnywhere() throws IOException {
    flip(1);
  }

  @Test
  void mayBeOfAnotherKind() throws IOException {
    for (Path path : derived()) {
      byte[] other = new byte[whole(path).length + 5];
      Arrays.fill(other, (byte) 0x5a);
      assertSameAnswers(with(path, other), path + " written over");
    }
  }

  @Test
  void aFooterInWhichAnyByteIsFlippedIsWrittenAgain() throws IOException {
    Path sealed =
        files.keySet().stream().filter(path -> isOfOrders(path)).findFirst().orElseThrow();
    byte[] whole = whole(sealed);
    for (int i = 1; i <= SegmentFooter.BYTES; i++) {
      byte[] flipped = whole.clone();
      flipped[whole.length - i] ^= (byte) (1 << i % 8);
      SimulatedDisk disk = disk(with(sealed, flipped));
      SteppedShard stepped = new SteppedShard(disk);
      Scrub scrub = stepped.shard.background().scrub(new ScrubPace(1 << 30, Duration.ofDays(1)));
      while (scrub.doWork() > 0) {
        stepped.clock.advance(Duration.ofMillis(1));
      }
      assertTrue(stepped.shard.background().scrubbed().proofs() > 0, "byte " + i);
      assertArrayEquals(whole, disk.contents().get(sealed), "byte " + i);
      for (SealedSegment segment : stepped.shard.sealedSegments(orders(stepped).id())) {
        assertTrue(segment.footer().orElseThrow().proof().isPresent());
      }
      assertFalse(orders(stepped).damage().isOpen());
    }
  }

  private void flip(int step) throws IOException {
    for (Path path : derived()) {
      byte[] whole = whole(path);
      for (int i = path.hashCode() & 31; i < whole.length; i += step) {
        byte[] flipped = whole.clone();
        flipped[i] ^= (byte) (1 << i % 8);
        assertSameAnswers(with(path, flipped), path + " flipped at " + i);
      }
    }
  }

  private void assertSameAnswers(Map<Path, byte[]> damaged, String fault) throws IOException {
    try {
      assertEquals(answers, answers(new SteppedShard(disk(damaged))), fault);
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(fault, e);
    }
  }

  /// Everything that a client can ask.
  private static List<String> answers(SteppedShard stepped) throws IOException {
    Partition partition = orders(stepped);
    List<String> told = new ArrayList<>();
    long end = partition.highWatermark();
    told.add(partition.logStartOffset() + " to " + end + ", " + partition.damage());
    long stable = partition.lastStableOffset();
    told.add("stable to " + stable + ": " + partition.abortedTransactions(0, end));
    assertTrue(partition.abortedTransactions(0, end).size() >= 3, told.getLast());
    CompletableFuture<List<ActiveProducer>> producers = stepped.shard.producers(partition);
    stepped.step();
    producers.join().stream()
        .sorted(Comparator.comparing(ActiveProducer::producerId))
        .forEach(producer -> told.add(producer.toString()));
    for (long offset = 0; offset < end; offset += 3) {
      told.add("aborted from " + offset + ": " + partition.abortedTransactions(offset, offset + 5));
    }
    for (long offset = 0; offset < end; offset++) {
      told.add(offset + ": " + crcOf(partition, offset, 700) + crcOf(partition, offset, 1 << 20));
    }
    for (long ms = 0; ms < 8_000; ms += 130) {
      told.add(ms + " ms: " + partition.offsetForTimestamp(1_700_000_000_000L + ms));
    }
    told.add("youngest: " + partition.maxTimestamp());
    for (int producer = 0; producer < PRODUCERS; producer++) {
      for (int round : new int[] {4, 2, 0, 6}) {
        Append again = stepped.append(partition, batch(producer, round, 0));
        stepped.step();
        told.add("producer " + producer + ", " + round + ": " + again.durable().join());
      }
    }
    return told;
  }

  /// Transactions that begin in one segment and end in a later one, every second of them aborted, and one that stays open.
  private static void transact(SteppedShard stepped, Partition partition, int step)
      throws IOException {
    long producer = 100 + step % 4;
    if (step == 1) {
      stepped.shard.append(List.of(begin(partition, 99, stepped.clock.wallMs())));
    }
    if (step >= 4) {
      TransactionMarker marker =
          new TransactionMarker(producer, (short) (step / 4), step, step % 2 == 0, 2);
      stepped.shard.append(List.of(new MarkerAppend(partition, marker)));
      stepped.step();
    }
    stepped.shard.append(List.of(begin(partition, producer, stepped.clock.wallMs(), step / 4)));
    stepped.step();
  }

  private static PartitionAppend begin(Partition partition, long producer, long nowMs) {
    return begin(partition, producer, nowMs, 0);
  }

  private static PartitionAppend begin(Partition partition, long producer, long nowMs, int epoch) {
    ByteBuffer batch =
        RecordBatchBuilder.uncompressed()
            .producer(producer, (short) epoch, 0)
            .transactional()
            .append(nowMs, null, ByteBuffer.allocate(50))
            .build();
    return new PartitionAppend(partition, batch)
        .with(partition.guard(producer, (short) epoch).orElseThrow());
  }

  private static String crcOf(Partition partition, long offset, int maxBytes) throws IOException {
    CRC32C crc = new CRC32C();
    long size = 0;
    try (ReadResult.Batches batches = (ReadResult.Batches) partition.read(offset, maxBytes)) {
      for (Slice slice : batches.slices()) {
        ByteBuffer bytes = slice.read();
        size += bytes.remaining();
        crc.update(bytes);
      }
    }
    return size + " bytes " + Long.toHexString(crc.getValue()) + " ";
  }

  private static Partition orders(SteppedShard stepped) {
    return Objects.requireNonNull(
        stepped.shard.partition(
            stepped.shard.topics().byName("orders").orElseThrow().partition(0)));
  }

  private static ByteBuffer batch(int producer, int round, long nowMs) {
    return RecordBatchBuilder.uncompressed()
        .producer(producer, (short) 0, round * 2)
        .append(nowMs, null, ByteBuffer.allocate(40 * (1 + producer)))
        .append(nowMs + 7, null, ByteBuffer.allocate(300))
        .build();
  }

  private List<Path> derived() {
    List<Path> derived = new ArrayList<>();
    for (String kind : KINDS) {
      List<Path> ofKind = files.keySet().stream().filter(path -> isOfKind(path, kind)).toList();
      assertFalse(ofKind.isEmpty(), "no " + kind);
      derived.addAll(ofKind);
    }
    return derived;
  }

  private static boolean isOfKind(Path path, String kind) {
    String name = path.getFileName().toString();
    return name.endsWith(kind) || name.startsWith(kind);
  }

  private boolean isOfOrders(Path path) {
    return is(path, ".log")
        && !path.toString().contains("AAAAAAAAAAAAAAAAAAAAAA")
        && new String(whole(path), StandardCharsets.ISO_8859_1).contains("DBSF");
  }

  private byte[] whole(Path path) {
    return Objects.requireNonNull(files.get(path));
  }

  private Map<Path, byte[]> with(Path path, byte[] content) {
    Map<Path, byte[]> changed = new TreeMap<>(files);
    changed.put(path, content);
    return changed;
  }

  private static boolean is(Path path, String end) {
    return path.toString().endsWith(end);
  }

  private static SimulatedDisk disk(Map<Path, byte[]> contents) throws IOException {
    SimulatedDisk disk = new SimulatedDisk(3);
    for (Map.Entry<Path, byte[]> file : contents.entrySet()) {
      disk.createDirectories(file.getKey().getParent());
      try (DiskFile written = disk.create(file.getKey())) {
        written.write(0, ByteBuffer.wrap(file.getValue()));
      }
    }
    return disk;
  }
}
