package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.PowerCut;
import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.disk.SimulatedDisk.Operation;
import dev.daybook.eventlog.journal.JournalConfig;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.time.ManualClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a data directory says of itself is never believed wrong, never lost with one file, and outlives the log: where
/// there was one, its loss is no new beginning.
class DataFormatTest {
  private static final Path DATA = Path.of("/data");
  private static final Path ORIGINAL = DATA.resolve("format.json");
  private static final Path COPY = DATA.resolve("shard-0/format.json");

  private SimulatedDisk disk = new SimulatedDisk(1);
  private String clusterId;

  @BeforeEach
  void begin() throws IOException {
    DurableFiles.createDirectories(disk, DATA);
    clusterId = start();
  }

  @Test
  void isTheSameAtEveryStart() throws IOException {
    assertEquals(clusterId, start());
    assertArrayEquals(bytes(ORIGINAL), bytes(COPY));
    assertEquals(
        Optional.of(new DataFormat(DataFormat.CURRENT_VERSION, clusterId, true)),
        DataFormat.find(disk, DATA));
    assertEquals(List.of(), formatProblems());
  }

  @Test
  void putsEveryFlippedBitRightFromTheOtherFile() throws IOException {
    byte[] whole = bytes(ORIGINAL);
    for (Path file : List.of(ORIGINAL, COPY)) {
      for (int bit = 0; bit < 8 * whole.length; bit++) {
        disk.flipBit(file, bit / 8, bit % 8);
        String what = file + " bit " + bit + ": " + new String(bytes(file), StandardCharsets.UTF_8);

        assertEquals(clusterId, start(), what);

        // A flip among the blanks changes nothing that is said.
        assertEquals(List.of(), formatProblems(), what);
        write(file, whole);
      }
    }
  }

  @Test
  void believesNoFlippedBitWhereThereIsNoOtherFile() throws IOException {
    disk.delete(COPY);
    byte[] whole = bytes(ORIGINAL);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      disk.flipBit(ORIGINAL, bit / 8, bit % 8);
      String what = "bit " + bit + ": " + new String(bytes(ORIGINAL), StandardCharsets.UTF_8);
      try {
        assertEquals(
            new DataFormat(1, clusterId, true), DataFormat.find(disk, DATA).orElseThrow(), what);
      } catch (IOException refused) {
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("keep the directory"), message);
        assertFalse(message.contains("newer Daybook"), what);
      }
      disk.flipBit(ORIGINAL, bit / 8, bit % 8);
    }
  }

  @Test
  void isBroughtBackWhenItIsLost() throws IOException {
    disk.delete(ORIGINAL);
    assertEquals(1, formatProblems().size());
    assertEquals(clusterId, start());
    assertTrue(disk.exists(ORIGINAL));

    disk.delete(COPY);
    assertEquals(1, formatProblems().size());
    assertEquals(clusterId, start());
    assertTrue(disk.exists(COPY));
    assertEquals(List.of(), formatProblems());
  }

  @Test
  void isBroughtBackByARepair() throws IOException {
    byte[] whole = bytes(ORIGINAL);
    disk.flipBit(ORIGINAL, 25, 1);

    assertEquals(Optional.empty(), new Repair(log()).acceptLoss("a test"));

    assertArrayEquals(whole, bytes(ORIGINAL));
  }

  @Test
  void nobodyIsToldToRemoveALog() throws IOException {
    disk.delete(ORIGINAL);
    disk.delete(COPY);

    IOException refused = assertThrows(IOException.class, this::start);

    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("Keep the directory"), message);
    assertFalse(message.contains("remove"), message);
  }

  @Test
  void refusesToBeginAnewWhereTheWholeLogIsGone() throws IOException {
    DurableFiles.deleteDirectory(disk, DATA.resolve("shard-0"));
    Map<Path, byte[]> before = disk.contents();

    IOException refused = assertThrows(IOException.class, this::start);

    assertTrue(String.valueOf(refused.getMessage()).contains("restore"), refused::toString);
    assertEquals(before.keySet(), disk.contents().keySet());

    DurableFiles.createDirectories(disk, DATA.resolve("shard-0"));
    assertThrows(IOException.class, this::start, "an empty directory is as good as none");
    assertThrows(IOException.class, () -> new Repair(log()).acceptLoss("a test"));
    assertEquals(before.keySet(), disk.contents().keySet());
  }

  @Test
  void takesADirectoryOfATimeBeforeTheMark() throws IOException {
    disk.delete(COPY);
    write(
        ORIGINAL,
        "{\"format\": 1, \"cluster.id\": \"%s\"}\n"
            .formatted(clusterId)
            .getBytes(StandardCharsets.UTF_8));
    assertEquals(Optional.of(new DataFormat(1, clusterId, false)), DataFormat.find(disk, DATA));

    assertEquals(clusterId, start());

    assertTrue(DataFormat.find(disk, DATA).orElseThrow().born(), "it has the mark from now on");
    assertArrayEquals(bytes(ORIGINAL), bytes(COPY));
  }

  @Test
  void refusesTwoLogsInOne() throws IOException {
    byte[] first = bytes(ORIGINAL);
    disk = new SimulatedDisk(2);
    DurableFiles.createDirectories(disk, DATA);
    assertNotEquals(clusterId, start());
    write(ORIGINAL, first);

    IOException refused = assertThrows(IOException.class, this::start);

    assertTrue(String.valueOf(refused.getMessage()).contains(clusterId), refused::toString);
  }

  @Test
  void aFullDiskDoesNotKeepAnOldLogFromStarting() throws IOException {
    disk.delete(COPY);
    DataFormat old = DataFormat.find(disk, DATA).orElseThrow();
    disk.limitBytes(0);

    old.markBorn(disk, DATA);

    assertFalse(disk.exists(COPY));
    disk.limitBytes(1 << 20);
    start();
    assertTrue(disk.exists(COPY));
  }

  @Test
  void aFirstStartThatWasInterruptedIsStillTheFirst() {
    int points = 0;
    for (int seed = 0; seed < 12; seed++) {
      for (int change = 1; startIsCut(seed, change); change++) {
        points++;
      }
    }
    System.out.println("first starts, with their format, were cut at " + points + " points");
    assertTrue(points > 300, points + " points");
  }

  @Test
  void aFirstStartWhoseDiskFailedIsStillTheFirst() {
    int failures = 0;
    for (Operation operation : Operation.values()) {
      for (int nth = 1; startFails(operation, nth); nth++) {
        failures++;
      }
    }
    System.out.println("first starts failed at " + failures + " operations");
    assertTrue(failures > 50, failures + " failures");
  }

  private boolean startFails(Operation operation, int nth) {
    try {
      disk = new SimulatedDisk(nth);
      DurableFiles.createDirectories(disk, DATA);
      disk.failAt(operation, nth);
      try {
        start();
      } catch (IOException _) {
        // As it should; the next one finds what is left.
      }
      boolean failed = !disk.failureIsAhead(operation);
      disk = nth % 2 == 0 ? disk.afterKill() : disk.afterPowerCut();
      opensAsNew();
      return failed;
    } catch (IOException | RuntimeException | AssertionError failure) {
      throw new AssertionError(operation + " " + nth, failure);
    }
  }

  private void opensAsNew() throws IOException {
    String first = start();
    SmallLog log = new SmallLog(disk, DATA);
    log.append("orders", 3);
    assertEquals(List.of("orders-0", "orders-1", "orders-2"), log.values().get("orders"));
    assertEquals(first, start());
  }

  private boolean startIsCut(int seed, int change) {
    try {
      disk = new SimulatedDisk(seed);
      DurableFiles.createDirectories(disk, DATA);
      disk.cutPowerAt(disk.changes() + change);
      boolean cut = false;
      try {
        start();
      } catch (PowerCut _) {
        cut = true;
      }
      disk = change % 3 == 0 ? disk.afterKill() : disk.afterPowerCut();
      opensAsNew();
      return cut;
    } catch (IOException | RuntimeException | AssertionError failure) {
      throw new AssertionError("seed=" + seed + " change=" + change, failure);
    }
  }

  /// As a server does, without its threads.
  private String start() throws IOException {
    DataFormat format = DataFormat.of(disk, DATA);
    try (var _ = log().open()) {
      format.markBorn(disk, DATA);
    }
    return format.clusterId();
  }

  private ClosedLog log() {
    return new ClosedLog(
        disk, DATA, new ManualClock(), new JournalConfig(16 << 10, 32 << 10), new Random(3));
  }

  private List<Problem> formatProblems() throws IOException {
    return DirectoryCheck.run(disk, DATA).problems().stream()
        .filter(problem -> problem.kind().equals("format"))
        .toList();
  }

  private byte[] bytes(Path file) {
    return Objects.requireNonNull(disk.contents().get(file)).clone();
  }

  private void write(Path file, byte[] content) throws IOException {
    try (DiskFile opened = disk.exists(file) ? disk.open(file) : disk.create(file)) {
      opened.truncate(0);
      opened.write(0, ByteBuffer.wrap(content));
      opened.force();
    }
  }
}
