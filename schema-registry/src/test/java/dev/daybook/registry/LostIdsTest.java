package dev.daybook.registry;

import static dev.daybook.registry.RunningRegistry.record;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.registry.ContractCheck.Mode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A log that was restored from a backup has forgotten ids which are in the data of other topics: they must not get
/// a second meaning.
@NullUnmarked
@Timeout(300)
class LostIdsTest {
  private static final String V1 = record("a:\"long\"");
  private static final String V2 = record("b:\"long\"");
  private static final String V3 = record("c:\"long\"");
  private static final int RESTORED = 28_000_000;

  private final MemorySchemaLog log = new MemorySchemaLog();

  @Test
  void noIdOfTheLostPartIsGivenAgain() throws Exception {
    int backup = registerOneAndTwoMoreBehindTheBackup();
    log.restore(backup, RESTORED);

    try (var registry = new RunningRegistry(log)) {
      assertTrue(registry.register("s", V2) >= 10_001);
      assertEquals(1, registry.register("again", V1));
    }
  }

  @Test
  void twoLogsRestoredFromOneBackupDoNotShareIds() throws Exception {
    int backup = registerOneAndTwoMoreBehindTheBackup();
    log.restore(backup, RESTORED);
    int first;
    try (var registry = new RunningRegistry(log)) {
      first = registry.register("s", V2);
    }
    log.restore(backup, RESTORED + 60);

    try (var registry = new RunningRegistry(log)) {
      assertTrue(registry.register("s", V3) > first);
    }
  }

  @Test
  void idsAreSkippedOnceForEachRestore() throws Exception {
    int backup = registerOneAndTwoMoreBehindTheBackup();
    log.restore(backup, RESTORED);
    int skipped;
    try (var registry = new RunningRegistry(log)) {
      skipped = registry.register("s", V2);
      registry.delete("/subjects/s");
      registry.delete("/subjects/s?permanent=true");
    }
    log.compact();
    for (int start = 0; start < 3; start++) {
      try (var registry = new RunningRegistry(log)) {
        assertEquals(
            skipped + 1 + start, registry.register("t", record("f" + start + ":\"int\"=0")));
        log.compact();
      }
    }
  }

  @Test
  void aRegistryThatStoppedBeforeItSkippedSkipsNextTime() throws Exception {
    int backup = registerOneAndTwoMoreBehindTheBackup();
    log.restore(backup, RESTORED);
    // The first mark is there; the process ended before the second one.
    log.put("{\"keytype\":\"NOOP\",\"magic\":0}", "{\"maxId\":1,\"writer\":\"ended\",\"epoch\":0}");

    try (var registry = new RunningRegistry(log)) {
      assertTrue(registry.register("s", V2) >= 10_001);
    }
  }

  @Test
  void aNewLeaderOfAClusterIsNoReasonToSkip() throws Exception {
    for (int start = 0; start < 4; start++) {
      log.leaderEpoch(7 + start * 300);
      try (var registry = new RunningRegistry(log)) {
        assertEquals(start + 1, registry.register("s" + start, record("f" + start + ":\"int\"")));
      }
    }
  }

  @Test
  void aRegistryThatHasSeenWhatIsGoneAnswersNoMore() throws Exception {
    try (var registry = new RunningRegistry(log);
        var check = new ContractCheck(log)) {
      registry.register("s-value", V1);
      int backup = log.size();
      registry.register("s-value2", V2);
      ByteBuffer id2 = ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 2});
      assertInstanceOf(Verdict.Accepted.class, accepted(check, id2));

      log.restore(backup, RESTORED);

      while (registry.ready() || check.ready()) {
        Thread.onSpinWait();
      }
      assertEquals(503, registry.get("/schemas/ids/2").status());
      assertInstanceOf(Verdict.NotReady.class, check.check("s", false, Mode.ID, id2));
    }
  }

  /// The copy of the check follows the log by itself.
  private static Verdict accepted(ContractCheck check, ByteBuffer id) {
    while (!check.ready()) {
      Thread.onSpinWait();
    }
    ByteBuffer first = ByteBuffer.wrap(new byte[] {0, 0, 0, 0, 1});
    assertInstanceOf(Verdict.Refused.class, checked(check, id));
    return checked(check, first);
  }

  /// What it says when its copy has read so far.
  private static Verdict checked(ContractCheck check, ByteBuffer id) {
    Verdict verdict = check.check("s", false, Mode.ID, id);
    while (verdict instanceof Verdict.NotReady) {
      verdict = check.check("s", false, Mode.ID, id);
    }
    return verdict;
  }

  private int registerOneAndTwoMoreBehindTheBackup() throws Exception {
    try (var registry = new RunningRegistry(log)) {
      assertEquals(1, registry.register("s1", V1));
      int backup = log.size();
      assertEquals(2, registry.register("s2", V2));
      assertEquals(3, registry.register("s3", V3));
      return backup;
    }
  }
}
