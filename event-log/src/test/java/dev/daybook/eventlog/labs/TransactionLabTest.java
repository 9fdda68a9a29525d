package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.labs.EndTxnProxy.Fate;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is copied in transactions is copied once, whoever is killed or stands still, and however late the ends of
/// transactions arrive.
class TransactionLabTest {
  @TempDir private Path directory;

  @Test
  @Tag("ci")
  void copiesOnceOverTwentyRuns() throws Exception {
    copy(20, 5_000, Seeds.same());
  }

  @Test
  @Tag("long")
  void copiesOnceOverAThousandRuns() throws Exception {
    copy(Integer.getInteger("daybook.runs", 1_000), 5_000, Seeds.another());
  }

  private void copy(int runs, int records, long seed) throws Exception {
    try (TransactionLab lab =
        new TransactionLab(directory.resolve("data"), seed, LabImage.forStarts(runs), records)) {
      Tally tally = lab.copy(runs);
      assertEquals(List.of(), tally.violations(), tally::toString);
      assertEquals(runs, tally.count("runs"), tally::toString);
      assertTrue(tally.count(Fate.DELIVER_LATE.name()) > runs, tally::toString);
      assertTrue(tally.count("server kills") > 0, tally::toString);
    }
  }
}
