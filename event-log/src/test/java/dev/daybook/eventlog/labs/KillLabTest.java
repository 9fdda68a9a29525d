package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A server that is killed again and again under load keeps every promise: see [Violation.Rule].
class KillLabTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  @Test
  void keepsEveryPromiseOverThreeKills() throws Exception {
    kill(3, Seeds.same());
  }

  @Test
  @Tag("ci")
  void keepsEveryPromiseOverTwentyKills() throws Exception {
    kill(20, Seeds.same());
  }

  @Test
  @Tag("long")
  void keepsEveryPromiseOverAThousandKills() throws Exception {
    kill(Integer.getInteger("daybook.kills", 1_000), Seeds.another());
  }

  private void kill(int kills, long seed) throws Exception {
    Tally tally = new KillLab(directory, seed, LabImage.forStarts(kills)).kill(kills);
    System.out.println(tally);
    assertEquals(List.of(), tally.violations(), tally::toString);
    assertTrue(tally.acknowledgedBatches() >= KillLab.ACKNOWLEDGED_A_KILL * kills, tally::toString);
  }
}
