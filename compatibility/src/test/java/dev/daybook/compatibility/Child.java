package dev.daybook.compatibility;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// A process and what it said, errors and all, in one file. It never outlives the test that started it: closed with
/// the scene, and killed by the kernel should the whole test JVM die.
final class Child implements AutoCloseable {
  private static final int TAIL_LINES = 60;
  private static final Duration GRACE = Duration.ofSeconds(60);

  private final String name;
  private final Process process;
  private final Path output;

  private Child(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /// @param folder where it runs, and where its output goes
  static Child start(String name, Path folder, Map<String, String> environment, String... command)
      throws IOException {
    Files.createDirectories(folder);
    Path output = Files.createTempFile(folder, name + "-", ".log");
    List<String> words = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/setpriv"))) {
      words.addAll(List.of("/usr/bin/setpriv", "--pdeathsig", "KILL"));
    }
    words.addAll(List.of(command));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new Child(name, builder.start(), output);
  }

  /// Waits for its end, which must be a good one.
  ///
  /// @return the lines it printed
  List<String> succeed(Duration patience) throws IOException, InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(
          name + " did not end within " + patience.toSeconds() + " s. " + tail());
    }
    if (process.exitValue() != 0) {
      throw new AssertionError(name + " ended with " + process.exitValue() + ". " + tail());
    }
    return lines();
  }

  /// Waits for something it does, as long as it lives.
  ///
  /// @param what the thing in words, for the failure
  void until(String what, Duration patience, Callable<Boolean> condition) {
    Await.until(
        patience,
        () -> what + " did not come about. " + tail(),
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError(
                name + " ended with " + process.exitValue() + " before " + what + ". " + tail());
          }
          return condition.call();
        });
  }

  List<String> lines() {
    return said().lines().toList();
  }

  String said() {
    try {
      return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /// The end of what it said.
  String tail() {
    List<String> lines = lines();
    int from = Math.max(0, lines.size() - TAIL_LINES);
    return "The last it said:\n" + String.join("\n", lines.subList(from, lines.size()));
  }

  /// As a crash does it.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Asks it to end; kills it, should it not.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
