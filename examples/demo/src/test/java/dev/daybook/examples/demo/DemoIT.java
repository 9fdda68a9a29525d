package dev.daybook.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The tour as a stranger makes it: `./daybook demo --once`, on what the build has put together.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class DemoIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Pattern READ =
      Pattern.compile("come to: (\\d+) read, (\\d+) created, (\\d+) updated, (\\d+) deleted");

  @TempDir private Path folder;

  private record Outcome(int exitCode, List<String> lines) {
    String all() {
      return String.join("\n", lines);
    }

    boolean says(String text) {
      return all().contains(text);
    }

    int eventsOfKind(int group) {
      Matcher kinds = READ.matcher(all());
      assertTrue(kinds.find(), all());
      return Integer.parseInt(kinds.group(group));
    }
  }

  private Outcome demo(String... flags) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(ROOT.resolve("daybook").toString(), "demo", "--data", folder.toString()));
    command.addAll(List.of(flags));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines;
    try (var out = process.inputReader()) {
      lines = out.lines().peek(System.out::println).toList();
    }
    return new Outcome(process.waitFor(), lines);
  }

  private static void assertAllIsEqual(Outcome outcome) {
    assertEquals(0, outcome.exitCode(), outcome.all());
    assertTrue(outcome.says("equal, row by row: nothing lost, nothing doubled"), outcome.all());
    assertTrue(outcome.says("orders get a column, channel text default 'web'"), outcome.all());
    assertTrue(outcome.says("the contract is at version 2"), outcome.all());
    assertTrue(outcome.says("refused:  quantity shall be a text: 409 "), outcome.all());
    assertTrue(
        outcome.says("refused:  an event past the contract: INVALID_RECORD "), outcome.all());
    for (int kind = 1; kind <= 4; kind++) {
      assertTrue(outcome.eventsOfKind(kind) > 0, outcome.all());
    }
  }

  @Test
  void rowsThatChangeInPostgresArriveInTheLogAndBothSinksAndTheNextRunGoesOn() throws Exception {
    Outcome first = demo("--once");
    assertAllIsEqual(first);
    assertTrue(!first.says("tell once more"), first.all());

    Outcome second = demo("--once");
    assertAllIsEqual(second);
    assertEquals(first.eventsOfKind(1), second.eventsOfKind(1), "the snapshot is not taken again");
    assertTrue(second.eventsOfKind(2) > first.eventsOfKind(2), second.all());
  }

  @Test
  @Tag("ci")
  void nothingIsLostOrDoubledWhenTheServerIsKilledBeforeStreamingAndWhileStreaming()
      throws Exception {
    Outcome outcome = demo("--once", "--kill");
    assertAllIsEqual(outcome);
    assertTrue(outcome.says("kill -9 of the server between snapshot and streaming"), outcome.all());
    assertTrue(outcome.says("kill -9 of the server while streaming"), outcome.all());
  }
}
