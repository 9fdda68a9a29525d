package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// Where a run took place, in a line.
final class Environment {
  private Environment() {}

  static String describe(Path home, Path work) throws IOException, InterruptedException {
    return "%s · %d cores (%s), %d GB memory · %s · Linux %s · JDK %s · commit %s"
        .formatted(
            LocalDate.now(ZoneOffset.UTC),
            Runtime.getRuntime().availableProcessors(),
            firstOf(Path.of("/proc/cpuinfo"), "model name", "unknown"),
            Long.parseLong(firstOf(Path.of("/proc/meminfo"), "MemTotal", "0").replaceAll("\\D", ""))
                >> 20,
            Files.getFileStore(work).type(),
            System.getProperty("os.version").replaceAll("^(\\d+\\.\\d+).*", "$1"),
            System.getProperty("java.version"),
            commit(home));
  }

  /// How many processes wanted to run in the last minute, on average.
  static double load() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
  }

  private static String firstOf(Path file, String key, String otherwise) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).trim())
        .findFirst()
        .orElse(otherwise);
  }

  private static String commit(Path home) throws IOException, InterruptedException {
    List<String> command = List.of("git", "-C", home.toString(), "describe", "--always", "--dirty");
    Process git = new ProcessBuilder(command).start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return git.waitFor() == 0 ? said.trim() : "unknown";
  }
}
