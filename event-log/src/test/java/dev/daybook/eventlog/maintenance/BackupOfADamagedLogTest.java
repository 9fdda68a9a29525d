package dev.daybook.eventlog.maintenance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.SimulatedDisk;
import dev.daybook.eventlog.log.Proofs;
import dev.daybook.eventlog.maintenance.Manifest.DamagedFile;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.EpochRaise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Bytes rotted on the disk before a backup is made of them. Its hashes must not vouch for them.
class BackupOfADamagedLogTest {
  private static final Path DATA = Path.of("/data");
  private static final Path BACKUP = Path.of("/backup");
  private static final Path RESTORED = Path.of("/restored");
  private static final int LEADER_EPOCH_AT = 15;
  private static final int RECORDS_AT = 70;

  private final SimulatedDisk disk = new SimulatedDisk(1);
  private final SmallLog log = new SmallLog(disk, DATA);

  @BeforeEach
  void write() throws IOException {
    log.append("orders", 40);
    assertTrue(segments().size() > 5, segments()::toString);
  }

  @Test
  void isRefusedWhereNobodyHasProvenThem() throws IOException {
    Path second = segments().get(1);
    disk.flipBit(second, RECORDS_AT, 3);

    String message = refused();

    assertTrue(message.contains("topic orders partition 0 offsets 2 to "), message);
    assertTrue(message.contains(nameOf(second)), message);
    assertTrue(message.contains("'daybook repair") && message.contains("--with-damage"), message);
    assertFalse(message.contains("held"), message);
  }

  @Test
  void isRefusedWhereTheyWereProvenWhole() throws IOException {
    Path second = segments().get(1);
    assertTrue(Proofs.put(disk, second));
    disk.flipBit(second, RECORDS_AT, 3);

    assertTrue(refused().contains(nameOf(second)));
  }

  @Test
  void isRefusedWhereTheSegmentGrows() throws IOException {
    Path last = segments().getLast();
    disk.flipBit(last, RECORDS_AT, 3);

    assertTrue(refused().contains(nameOf(last)));
  }

  @Test
  void isRefusedWhereTheDiskDoesNotGiveThem() throws IOException {
    Path second = segments().get(1);
    disk.spoil(second, RECORDS_AT, RECORDS_AT + 1);

    assertTrue(refused().contains(nameOf(second)));
  }

  @Test
  void isRefusedWhereTheDiskDoesNotGiveWhatWasProven() throws IOException {
    Path second = segments().get(1);
    assertTrue(Proofs.put(disk, second));
    disk.spoil(second, RECORDS_AT, RECORDS_AT + 1);

    assertTrue(refused().contains(nameOf(second)));
  }

  @Test
  void isMadeOfWhatTheDiskGivesForWhoWantsItSo() throws IOException {
    Path second = segments().get(1);
    disk.spoil(second, RECORDS_AT, RECORDS_AT + 1);

    Manifest manifest = log.backUp(BACKUP, Backup.OnDamage.NOTE);

    assertEquals(
        List.of(nameOf(second)), manifest.damages().stream().map(DamagedFile::file).toList());
    assertEquals(manifest, Backup.verify(disk, BACKUP, Progress.NONE));
  }

  @Test
  void aFileThatWasBroughtBackIsNoDamageAndNothingOfItIsAcceptedAsLost() throws IOException {
    List<String> all = orders(log);
    Path second = segments().get(1);
    disk.flipBit(second, RECORDS_AT, 3);
    assertTrue(refused().contains(nameOf(second)));
    assertThrows(IOException.class, () -> orders(log), "a reader meets it");
    disk.flipBit(second, RECORDS_AT, 3);

    assertFalse(DirectoryCheck.run(disk, DATA).isDamaged());
    assertFalse(log.acceptLoss());

    assertEquals(all, orders(log));
    assertEquals(List.of(), log.backUp(BACKUP).damages());
  }

  @Test
  void whatTheDiskDoesNotGiveIsAcceptedAsLost() throws IOException {
    disk.spoil(segments().get(1), RECORDS_AT, RECORDS_AT + 1);

    assertTrue(log.acceptLoss());

    List<String> left = orders(log);
    assertTrue(left.size() < 40 && left.size() > 30, left::toString);
    log.append("orders", 5);
    assertEquals(left.size() + 5, orders(log).size());
  }

  @Test
  void isRefusedWhereNoChecksumCoversThem() throws IOException {
    Path second = segments().get(1);
    disk.flipBit(second, LEADER_EPOCH_AT, 0);

    assertTrue(refused().contains(nameOf(second)));
  }

  @Test
  void isMadeOfWhatIsThereForWhoWantsItSoAndSaysWhatIsDamaged() throws IOException {
    Path second = segments().get(1);
    Path fourth = segments().get(3);
    assertTrue(Proofs.put(disk, fourth));
    for (Path damaged : List.of(second, fourth)) {
      disk.flipBit(damaged, RECORDS_AT, 3);
    }

    Manifest manifest = log.backUp(BACKUP, Backup.OnDamage.NOTE);

    assertEquals(
        List.of(nameOf(second), nameOf(fourth)),
        manifest.damages().stream().map(DamagedFile::file).toList());
    assertEquals(manifest, Backup.verify(disk, BACKUP, Progress.NONE));
    EpochRaise raise = log.restore(BACKUP, RESTORED);
    assertTrue(raise.details().contains("of a damaged log: topic orders partition 0"));
    SmallLog restored = new SmallLog(disk, RESTORED);
    assertTrue(restored.acceptLoss(), "it is still known to be damaged");
  }

  @Test
  void whatWasAcceptedAsLostIsNoDamageAndStaysAcceptedInTheRestoredLog() throws IOException {
    disk.flipBit(segments().get(1), RECORDS_AT, 3);
    assertTrue(log.acceptLoss());
    List<String> left = orders(log);
    assertTrue(left.size() < 40, left::toString);

    assertEquals(List.of(), log.backUp(BACKUP).damages());
    log.restore(BACKUP, RESTORED);

    SmallLog restored = new SmallLog(disk, RESTORED);
    assertEquals(left, orders(restored));
    restored.append("orders", 5);
    assertEquals(left.size() + 5, orders(restored).size());
    assertFalse(restored.acceptLoss(), "nothing is left to accept");
  }

  /// What the refusal says; and that there is nothing that may be mistaken for a backup.
  private String refused() throws IOException {
    IOException refusal = assertThrows(IOException.class, () -> log.backUp(BACKUP));
    assertEquals(List.of(), disk.list(BACKUP));
    assertFalse(disk.exists(DATA.resolve("shard-0/held")));
    return String.valueOf(refusal.getMessage());
  }

  private static List<String> orders(SmallLog log) throws IOException {
    return Objects.requireNonNull(log.values().get("orders"));
  }

  private List<Path> segments() {
    return disk.list(DATA.resolve("shard-0/partitions")).stream()
        .filter(path -> !path.endsWith(PartitionId.CATALOGUE.directoryName()))
        .flatMap(path -> disk.list(path).stream())
        .filter(path -> path.toString().endsWith(".log"))
        .toList();
  }

  private static String nameOf(Path segment) {
    return DATA.resolve("shard-0").relativize(segment).toString();
  }
}
