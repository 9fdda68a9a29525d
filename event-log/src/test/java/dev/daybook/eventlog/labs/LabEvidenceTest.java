package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.labs.HistoryEvent.Named;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a lab must notice and keep, so that a broken promise can be explained: a topic that is gone is no empty topic,
/// and what a server said outlives it.
class LabEvidenceTest {
  @TempDir private Path folder;

  @Test
  void aTopicThatIsGoneEndsTheHistoryAndTheServersWordsAreKept() throws Exception {
    try (LabProcess process = LabProcess.start(LabImage.plain(), folder);
        Load load = new Load(new SplittableRandom(1))) {
      int port = process.open(folder.resolve("data"), 0);

      assertThrows(UnknownTopic.class, () -> load.restarted(process, port));

      assertTrue(load.history().events().stream().anyMatch(Named.class::isInstance));
      assertEquals(
          List.of(Rule.KNOWS_ITS_TOPICS), load.verdict().stream().map(Violation::rule).toList());
      process.kill();
      String said = Files.readString(folder.resolve("life-" + process.pid() + ".txt"));
      assertTrue(said.contains("recovered shard=shard-0 "), said);
    }
  }

  @Test
  void keepsACopyOfADataDirectory() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data/shard-0"));
    Files.writeString(data.resolve("a"), "as it was");

    DataDirectory.copy(folder.resolve("data"), folder.resolve("copy"));
    Files.writeString(data.resolve("a"), "as it is");

    assertEquals("as it was", Files.readString(folder.resolve("copy/shard-0/a")));
  }
}
