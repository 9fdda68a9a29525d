package dev.daybook.examples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `./daybook` itself: what the build has put together for it, how it starts, and how it ends.
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class CommandIT {
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
  private static final Path BUILT = Path.of("target", "daybook").toAbsolutePath();

  /// No system gives out process ids that high.
  private static final long NOBODY = 999_999_999;

  @TempDir private Path folder;

  private Process start() throws IOException {
    Process process =
        new ProcessBuilder(
                ROOT.resolve("daybook").toString(),
                "start",
                "--data=" + folder.resolve("data"),
                "--kafka-port=0",
                "--http-port=0",
                "--registry-port=0",
                "--connect-port=0")
            .redirectErrorStream(true)
            .start();
    BufferedReader out = process.inputReader();
    String line = out.readLine();
    while (line != null && !line.startsWith("daybook ready")) {
      System.out.println(line);
      line = out.readLine();
    }
    if (line == null) {
      throw new AssertionError("It ended before it was ready");
    }
    // What nobody reads would make it wait in the end.
    Thread.ofPlatform().daemon().start(() -> out.lines().forEach(System.out::println));
    return process;
  }

  /// As SIGTERM does.
  private static int stop(Process process) throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Test
  void aStopBySignalIsNoFailure() throws Exception {
    assertEquals(0, stop(start()));
    assertEquals(0, stop(start()), "of a log that was there");
  }

  @Test
  void aRehearsalClearsWhatBrokenOffOnesLeft() throws Exception {
    Path broken = Files.writeString(BUILT.resolve("start.aot." + NOBODY), "half");
    Path besideIt = Files.writeString(BUILT.resolve("start.aot." + NOBODY + ".config"), "half");
    Path underWay =
        Files.writeString(BUILT.resolve("start.aot." + ProcessHandle.current().pid()), "half");
    Files.deleteIfExists(BUILT.resolve("start.aot.jdk"));

    assertEquals(0, stop(start()));

    assertFalse(Files.exists(broken));
    assertFalse(Files.exists(besideIt));
    assertTrue(Files.deleteIfExists(underWay), "of a process that lives");
    assertTrue(Files.exists(BUILT.resolve("start.aot.jdk")), "there was a rehearsal");
  }

  /// Two versions of one library are what a build leaves that does not clear a plug-in's folder first.
  @Test
  void noPlugInBringsALibraryTwice() throws IOException {
    Map<String, List<Path>> byLibrary = new TreeMap<>();
    try (Stream<Path> files = Files.walk(BUILT.resolve("plugins"))) {
      byLibrary.putAll(
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .collect(Collectors.groupingBy(CommandIT::library)));
    }
    assertFalse(byLibrary.isEmpty());
    byLibrary.values().forEach(jars -> assertEquals(1, jars.size(), jars.toString()));
  }

  /// A jar's plug-in, and its name without the version.
  private static String library(Path jar) {
    return jar.getParent() + "/" + jar.getFileName().toString().replaceFirst("-\\d.*", "");
  }
}
