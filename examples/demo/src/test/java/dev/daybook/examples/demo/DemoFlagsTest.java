package dev.daybook.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoFlagsTest {
  @TempDir private Path folder;

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine commandLine = Demo.commandLine();
    commandLine.setErr(new PrintWriter(err, true));
    commandLine.setOut(new PrintWriter(new StringWriter()));
    return commandLine.execute(arguments);
  }

  private String line() {
    assertEquals(1, err.toString().lines().count(), "one line, but was: " + err);
    return err.toString();
  }

  @Test
  void refusesAnUnknownFlagInOneLine() {
    assertEquals(2, run("--twice"));
    assertTrue(line().contains("--twice") && line().contains("--help"), line());
  }

  @Test
  void killsOnlyOnATourThatEnds() {
    assertEquals(2, run("--kill"));
    assertTrue(line().contains("--kill goes with --once"), line());
  }

  @Test
  void refusesAFolderThatIsAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertEquals(2, run("--once", "--data", file.toString()));
    assertTrue(line().contains("choose another with --data DIR"), line());
  }
}
