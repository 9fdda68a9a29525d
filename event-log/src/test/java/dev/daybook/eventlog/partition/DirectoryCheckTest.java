package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.LogFindings.FooterState;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import dev.daybook.eventlog.maintenance.CheckReport;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A data directory is verified as it lies: what is lost is named, what is derived is told from it, and nothing is
/// changed.
class DirectoryCheckTest {
  private static final Path DATA = Path.of("/data");

  private final SimulatedDisk first = new SimulatedDisk(1);
  private SimulatedDisk disk;
  private Path folder;
  private List<Path> segments;

  @BeforeEach
  void writeALogAndKillTheProcess() throws IOException {
    SteppedShard stepped = new SteppedShard(first);
    first
        .create(DATA.resolve("format.json"))
        .write(
            0,
            StandardCharsets.UTF_8.encode(
                "{\"format\": 1, \"cluster.id\": \"iHq2k7nKQFuDtnWjXwH7Mg\"}\n"));
    Partition partition = stepped.create("orders", Map.of("segment.ms", "1000"));
    for (int i = 0; i < 7; i++) {
      stepped.append(partition, stepped.batch(500));
      stepped.append(partition, stepped.batch(200));
      stepped.step();
      stepped.clock.advance(Duration.ofMillis(700));
    }
    stepped.shard.checkpointer().checkpointNow();
    Scrub scrub = stepped.shard.background().scrub(new ScrubPace(1 << 30, Duration.ofDays(1)));
    scrub.doWork();
    stepped.append(partition, stepped.batch(100));
    stepped.step();
    disk = first.afterKill();
    folder = DATA.resolve("shard-0/partitions").resolve(partition.id().directoryName());
    segments = disk.list(folder).stream().filter(path -> path.toString().endsWith(".log")).toList();
    assertTrue(segments.size() >= 3, "segments " + segments);
  }

  @Test
  void findsNothingWhereNothingIsWrong() throws IOException {
    Map<Path, byte[]> before = disk.contents();

    CheckReport report = DirectoryCheck.run(disk, DATA);

    assertEquals(List.of(), report.problems());
    assertFalse(report.isDamaged());
    assertEquals(2, report.partitions().size(), "the catalogue's and one of orders");
    CheckReport.PartitionState orders =
        report.partitions().stream()
            .filter(p -> p.topic().equals("orders"))
            .findFirst()
            .orElseThrow();
    assertEquals(14, orders.nextOffset());
    assertEquals(15, orders.journaledOffset());
    assertEquals(14, orders.segments().stream().mapToLong(s -> s.found().records()).sum());
    assertEquals(FooterState.PROVEN, orders.segments().getFirst().footer());
    assertEquals(FooterState.SEALED, orders.segments().get(1).footer());
    assertEquals(FooterState.NONE_YET, orders.segments().getLast().footer());
    assertEquals(1, report.journal().entries());
    assertEquals(2, report.checkpoint().wholeSlots());
    assertEquals(before.keySet(), disk.contents().keySet());
    before.forEach(
        (path, bytes) ->
            assertEquals(ByteBuffer.wrap(bytes), ByteBuffer.wrap(disk.contents().get(path))));
  }

  @Test
  void namesTheOffsetsOfADamagedBatchInEverySegment() throws IOException {
    for (Path segment : segments) {
      disk.flipBit(segment, 100, 2);
    }
    CheckReport report = DirectoryCheck.run(disk, DATA);
    List<Problem> batches = of(report, "batches");
    assertEquals(segments.size(), batches.size(), () -> "" + report.problems());
    assertEquals(0, batches.getFirst().fromOffset());
    assertEquals(1, batches.getFirst().toOffset());
    assertEquals(0, batches.getFirst().position());
    assertTrue(report.isDamaged());
  }

  @Test
  void noticesWhatNoChecksumCovers() throws IOException {
    disk.flipBit(segments.getFirst(), 12, 0);
    assertEquals(Severity.DAMAGE, worst("batches"), "the leader epoch, by the catalogue");
  }

  @Test
  void namesAMissingSegmentAndAShortOne() throws IOException {
    disk.delete(segments.get(1));
    disk.open(segments.getLast()).truncate(300);
    CheckReport report = DirectoryCheck.run(disk, DATA);
    assertEquals(1, of(report, "missing").size(), () -> "" + report.problems());
    assertFalse(of(report, "batches").isEmpty());
  }

  @Test
  void tellsWhatIsDerivedFromWhatIsLost() throws IOException {
    disk.flipBit(sibling(segments.getFirst(), ".index"), 20, 0);
    disk.flipBit(DATA.resolve("shard-0/checkpoint/slot-1"), 20, 0);
    Path producers =
        disk.list(DATA.resolve("shard-0")).stream()
            .filter(path -> path.toString().endsWith(".producers"))
            .findFirst()
            .orElseThrow();
    disk.flipBit(producers, 6, 0);
    Path second = segments.get(1);
    disk.flipBit(second, disk.contents().get(second).length - 100, 0);
    disk.create(folder.resolve("notes.txt"));
    disk.create(DATA.resolve("notes.txt"));

    CheckReport report = DirectoryCheck.run(disk, DATA);

    assertFalse(report.isDamaged(), () -> "" + report.problems());
    for (String kind : List.of("index", "checkpoint", "producers", "footer")) {
      assertEquals(Severity.WARNING, of(report, kind).getFirst().severity(), kind);
    }
    assertEquals(2, of(report, "unknown-file").size());
  }

  @Test
  void knowsTheIndexOfTransactions() throws IOException {
    Path index = sibling(segments.get(1), ".txnindex");
    disk.flipBit(index, 10, 0);
    assertEquals(Severity.WARNING, worst("index"));
    disk.delete(index);
    assertEquals(List.of(), DirectoryCheck.run(disk, DATA).problems());
  }

  @Test
  void namesAJournalThatLostAnEntry() throws IOException {
    Path journal =
        disk.list(DATA.resolve("shard-0/journal")).stream()
            .filter(path -> path.toString().endsWith(".journal"))
            .findFirst()
            .orElseThrow();
    disk.flipBit(journal, 30, 0);
    assertEquals(Severity.DAMAGE, worst("journal"));
  }

  @Test
  void namesCheckpointsThatAreGone() throws IOException {
    for (Path slot : disk.list(DATA.resolve("shard-0/checkpoint"))) {
      disk.delete(slot);
    }
    assertEquals(Severity.DAMAGE, worst("checkpoint"));
    assertTrue(
        of(DirectoryCheck.run(disk, DATA), "checkpoint").getFirst().message().contains("repair"));
  }

  @Test
  void saysWhatCannotBeChecked() {
    assertThrows(IOException.class, () -> DirectoryCheck.run(disk, Path.of("/other")));
    assertThrows(
        IOException.class,
        () -> {
          disk.delete(DATA.resolve("format.json"));
          DirectoryCheck.run(disk, DATA);
        });
  }

  private Severity worst(String kind) throws IOException {
    CheckReport report = DirectoryCheck.run(disk, DATA);
    return of(report, kind).stream()
        .map(Problem::severity)
        .min(Enum::compareTo)
        .orElseThrow(() -> new AssertionError("found only " + report.problems()));
  }

  private static List<Problem> of(CheckReport report, String kind) {
    return report.problems().stream().filter(problem -> problem.kind().equals(kind)).toList();
  }

  private static Path sibling(Path segment, String suffix) {
    return segment.resolveSibling(segment.getFileName().toString().replace(".log", suffix));
  }
}
