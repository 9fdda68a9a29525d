package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.CorruptLogException;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A shard whose files are not as it left them: what is lost is lost with a word, and nothing else is.
class ShardDamageTest {
  private static final Path SHARD = Path.of("/data/shard-0");
  private static final Path JOURNAL = SHARD.resolve("journal");
  private static final Path CHECKPOINT = SHARD.resolve("checkpoint");

  private DamageImage image;

  @BeforeEach
  void write() throws IOException {
    image = DamageImage.write();
  }

  @Test
  void takesFromTheSegmentsWhatTheJournalHasLost() throws IOException {
    for (Path file : journalFiles()) {
      SimulatedDisk disk = image.disk(1);
      wipe(disk, file, 4096, image.files().get(file).length - 4096);
      assertEquals(0, image.check(disk), file.toString());
    }
  }

  @Test
  void servesNothingWrongAndIsReadOnlyWhereTheEndOfTheJournalIsGone() throws IOException {
    SimulatedDisk disk = image.disk(1);
    for (Path file : journalFiles()) {
      disk.delete(file);
    }
    assertEquals(0, image.check(disk), "the segments have it all");
    SteppedShard stepped = new SteppedShard(disk);
    Partition orders = DamageImage.partition(stepped.shard, "orders");
    Append append = stepped.append(orders, stepped.batch(10));
    stepped.step();
    AppendResult.Refused refused =
        assertInstanceOf(AppendResult.Refused.class, append.durable().join().getFirst());
    assertEquals(AppendResult.Reason.DAMAGED, refused.reason());
    assertTrue(refused.message().contains("daybook repair"), refused.message());
  }

  @Test
  void leavesAHoleOfExactlyWhatNeitherHas() throws IOException {
    SteppedShard stepped = new SteppedShard();
    Partition orders = stepped.create("orders");
    stepped.shard.settle();
    for (int batch = 0; batch < 5; batch++) {
      stepped.append(orders, stepped.batch(5_000));
      stepped.shard.appender().doWork();
    }
    SimulatedDisk disk = stepped.disk.afterKill();
    damageEntryOfThirdBatch(disk);
    SteppedShard recovered = new SteppedShard(disk);
    Partition found = DamageImage.partition(recovered.shard, "orders");
    DamagedRange hole = found.damage().open().getFirst();
    assertEquals(2, hole.fromOffset());
    assertEquals(3, hole.toOffset());
    assertEquals(1, recovered.shard.recovery().damagedPartitions());
    assertEquals(5, found.highWatermark());
    for (long offset : new long[] {0, 1, 3, 4}) {
      assertTrue(found.read(offset, 10) instanceof ReadResult.Batches, "offset " + offset);
    }
    assertThrows(CorruptLogException.class, () -> found.read(2, 10));
    assertEquals(5_000 + 70, sizeOf(found.read(1, 20_000)), 30, "the read ends before the hole");
    assertTrue(found.offsetForTimestamp(0).isPresent());
    assertTrue(found.maxTimestamp().isPresent());
  }

  private static int sizeOf(ReadResult result) {
    return assertInstanceOf(ReadResult.Batches.class, result).sizeBytes();
  }

  private static void damageEntryOfThirdBatch(SimulatedDisk disk) throws IOException {
    for (Map.Entry<Path, byte[]> file : disk.contents().entrySet()) {
      if (file.getKey().startsWith(JOURNAL)) {
        ByteBuffer bytes = ByteBuffer.wrap(file.getValue());
        for (int at = 4096; at + 4096 <= bytes.limit(); at += 4096) {
          boolean third =
              bytes.getInt(at) == 0x44424a45
                  && bytes.getInt(at + 28) == 1
                  && bytes.getLong(at + 64 + 8)
                      != PartitionId.CATALOGUE.topic().mostSignificantBits()
                  && bytes.getLong(at + 64 + 32) == 2;
          if (third) {
            disk.flipBit(file.getKey(), at + 1_000, 1);
            return;
          }
        }
      }
    }
    throw new AssertionError("no such entry");
  }

  @Test
  void refusesToStartWithAHoleInTheCatalogue() throws IOException {
    SimulatedDisk disk = image.disk(1);
    Path catalogue = segmentsOf(PartitionId.CATALOGUE).getFirst();
    disk.flipBit(catalogue, 100, 0);
    IOException refused = assertThrows(IOException.class, () -> new SteppedShard(disk));
    assertTrue(String.valueOf(refused.getMessage()).contains("daybook repair"), refused::toString);
  }

  @Test
  void servesTheRestWhenAnySegmentIsGone() throws IOException {
    for (Path file : image.files().keySet()) {
      if (file.toString().endsWith(".log")) {
        SimulatedDisk disk = image.disk(1);
        disk.delete(file);
        image.check(disk);
      }
    }
  }

  @Test
  void neverServesAFlippedBitNorHidesARecordBehindIt() throws IOException {
    flip(1, 120);
  }

  @Test
  @Tag("ci")
  void neverServesAnyOfManyFlippedBits() throws IOException {
    flip(10_000, 5_000);
  }

  @Test
  @Tag("long")
  void neverServesAnyBitThatFlips() throws IOException {
    long flips = 0;
    for (Map.Entry<Path, byte[]> file : image.files().entrySet()) {
      for (int bit = 0; bit < 8 * file.getValue().length && flips < 8 * (64 << 10); bit++) {
        flip(bit, file.getKey(), bit / 8, bit % 8);
        flips++;
      }
    }
    System.out.println("bits flipped: " + flips);
  }

  @Test
  void startsOrSaysWhyNotWhateverBecameOfItsFiles() {
    mangle(1, 60);
  }

  @Test
  @Tag("ci")
  void startsOrSaysWhyNotWhateverBecameOfItsFilesInManyWays() {
    mangle(10_000, 2_000);
  }

  @Test
  @Tag("long")
  void startsOrSaysWhyNotWhateverBecameOfItsFilesInEvenMoreWays() {
    mangle(100_000, 200_000);
  }

  /// Nothing tells such a log from one that stopped before it forced that entry. What is left of it in either place does.
  @Test
  void forgetsTheNewestEntryOnlyWhereNeitherCopyLeftATrace() throws IOException {
    Path newest = journalFiles().getLast();
    SteppedShard whole = new SteppedShard(image.disk(1));
    Partition orders = DamageImage.partition(whole.shard, "orders");
    Path segment = segmentsOf(orders.id()).getFirst();
    int entryAt = newestEntryIn(newest);
    int batchAt = image.files().get(segment).length - batchBytes(orders);

    SimulatedDisk nothing = image.disk(2);
    junk(nothing, newest, entryAt, 512);
    cut(nothing, segment, batchAt);
    assertEquals(orders.highWatermark() - 2, ordersIn(nothing).highWatermark());
    assertFalse(ordersIn(nothing).damage().isOpen());

    SimulatedDisk begun = image.disk(3);
    junk(begun, newest, entryAt, 512);
    cut(begun, segment, batchAt + RecordBatch.HEADER_BYTES);
    assertTrue(ordersIn(begun).damage().isOpen());

    SimulatedDisk copied = image.disk(4);
    junk(copied, newest, entryAt, 512);
    assertEquals(orders.highWatermark(), ordersIn(copied).highWatermark());
  }

  /// The entries behind the one in the middle show what became of it. They show nothing of the end.
  @Test
  void tellsOfALostEndAlsoWhereAnEntryBeforeItIsLost() throws IOException {
    List<Path> journal = journalFiles();
    Path payments = segmentOf("payments");
    SimulatedDisk disk = image.disk(1);
    disk.delete(journal.getLast());
    junk(disk, journal.get(journal.size() - 2), 4 * 4096, 64);
    cut(disk, payments, image.files().get(payments).length - 2 * firstBatchBytes(payments));

    assertEquals(4, image.check(disk));
  }

  @Test
  void goesOnRightBehindADamagedBatchWhateverLengthItClaims() throws IOException {
    Path orders = segmentOf("orders");
    int batchBytes = firstBatchBytes(orders);
    SimulatedDisk disk = image.disk(1);
    try (DiskFile file = disk.open(orders)) {
      int lengthTwice = 2 * batchBytes - 12;
      file.write(
          3 * batchBytes + Long.BYTES,
          ByteBuffer.allocate(Integer.BYTES).putInt(lengthTwice).flip());
      file.force();
    }

    assertEquals(2, image.check(disk));
  }

  private Path segmentOf(String topic) throws IOException {
    SteppedShard whole = new SteppedShard(image.disk(1));
    return segmentsOf(DamageImage.partition(whole.shard, topic).id()).getFirst();
  }

  private int firstBatchBytes(Path segment) {
    return RecordBatch.at(ByteBuffer.wrap(image.files().get(segment)), 0).sizeBytes();
  }

  private static Partition ordersIn(SimulatedDisk disk) throws IOException {
    return DamageImage.partition(new SteppedShard(disk).shard, "orders");
  }

  private static int batchBytes(Partition partition) throws IOException {
    return sizeOf(partition.read(partition.highWatermark() - 1, 1));
  }

  private int newestEntryIn(Path file) {
    ByteBuffer bytes = ByteBuffer.wrap(image.files().get(file));
    int at = bytes.limit();
    do {
      at -= 4096;
    } while (bytes.getInt(at) != 0x44424a45);
    return at;
  }

  private static void junk(SimulatedDisk disk, Path path, int at, int bytes) throws IOException {
    byte[] junk = new byte[bytes];
    new Random(5).nextBytes(junk);
    try (DiskFile file = disk.open(path)) {
      file.write(at, ByteBuffer.wrap(junk));
      file.force();
    }
  }

  private static void cut(SimulatedDisk disk, Path path, int bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.truncate(bytes);
      file.force();
    }
  }

  private void flip(long firstSeed, int flips) throws IOException {
    List<Path> paths = List.copyOf(image.files().keySet());
    int refused = 0;
    int harmless = 0;
    for (long seed = firstSeed; seed < firstSeed + flips; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Path path = paths.get(random.nextInt(paths.size()));
      int position = random.nextInt(image.files().get(path).length);
      int damaged = flip(seed, path, position, random.nextInt(8));
      refused += damaged < 0 ? 1 : 0;
      harmless += damaged == 0 ? 1 : 0;
    }
    System.out.println(
        "flips: "
            + flips
            + " from seed "
            + firstSeed
            + ", nothing lost: "
            + harmless
            + ", start refused: "
            + refused);
  }

  private int flip(long seed, Path path, int position, int bit) {
    try {
      SimulatedDisk disk = image.disk(seed);
      disk.flipBit(path, position, bit);
      int damaged = image.check(disk);
      assertTrue(damaged >= 0 || isCatalogue(path), "the start was refused");
      return damaged;
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError(
          "seed=" + seed + " " + path + " byte " + position + " bit " + bit, e);
    }
  }

  /// A start without the catalogue, or without any checkpoint, would be a guess. All else is a hole in a partition.
  private static boolean mayRefuse(List<Path> mangled) {
    return mangled.stream().anyMatch(ShardDamageTest::isCatalogue)
        || mangled.stream().filter(path -> path.startsWith(CHECKPOINT)).distinct().count() == 2;
  }

  private static boolean isCatalogue(Path path) {
    return path.startsWith(
        SHARD.resolve("partitions").resolve(PartitionId.CATALOGUE.directoryName()));
  }

  /// Some files are gone, short, empty, full of junk, or there is one more.
  private void mangle(long firstSeed, int images) {
    for (long seed = firstSeed; seed < firstSeed + images; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<String> done = new ArrayList<>();
      try {
        SimulatedDisk disk = image.disk(seed);
        List<Path> paths = List.copyOf(image.files().keySet());
        List<Path> mangled = new ArrayList<>();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
          Path path = paths.get(random.nextInt(paths.size()));
          done.add(mangle(disk, path, random));
          mangled.add(path);
        }
        if (image.check(disk) < 0) {
          assertTrue(mayRefuse(mangled), "the start was refused");
        }
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed=" + seed + " " + done, e);
      }
    }
  }

  /// @return what was done
  private static String mangle(SimulatedDisk disk, Path path, SplittableRandom random)
      throws IOException {
    if (!disk.exists(path)) {
      return path + " was gone";
    }
    byte[] junk = new byte[1 + random.nextInt(3_000)];
    random.nextBytes(junk);
    switch (random.nextInt(5)) {
      case 0 -> {
        disk.delete(path);
        return path + " deleted";
      }
      case 1 -> {
        Path more = path.resolveSibling("junk" + random.nextInt(9_999));
        disk.create(more).write(0, ByteBuffer.wrap(junk));
        return more + " created";
      }
      default -> {
        try (DiskFile file = disk.open(path)) {
          return path + " " + mangle(file, junk, random);
        }
      }
    }
  }

  private static String mangle(DiskFile file, byte[] junk, SplittableRandom random)
      throws IOException {
    int at = random.nextInt((int) file.size() + 1);
    switch (random.nextInt(3)) {
      case 0 -> at = 0;
      case 1 -> {}
      default -> {
        int bytes = (int) Math.min(junk.length, file.size() - at);
        file.write(at, ByteBuffer.wrap(junk, 0, bytes));
        file.force();
        return "has " + bytes + " bytes of junk at " + at;
      }
    }
    file.truncate(at);
    file.force();
    return "cut to " + at;
  }

  private List<Path> journalFiles() {
    return image.files().keySet().stream().filter(file -> file.startsWith(JOURNAL)).toList();
  }

  private List<Path> segmentsOf(PartitionId id) {
    Path directory = SHARD.resolve("partitions").resolve(id.directoryName());
    return image.files().keySet().stream()
        .filter(file -> file.startsWith(directory) && file.toString().endsWith(".log"))
        .toList();
  }

  private static void wipe(SimulatedDisk disk, Path path, int from, int bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.write(from, ByteBuffer.allocate(bytes));
      file.force();
    }
  }
}
