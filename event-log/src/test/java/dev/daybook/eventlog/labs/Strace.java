package dev.daybook.eventlog.labs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `strace`, attached to a process to make one of its system calls go wrong, and what it saw.
final class Strace implements AutoCloseable {
  private static final Pattern INJECTED =
      Pattern.compile("(?:\\d+ +)?(\\d+)\\.(\\d{6}) (\\w+)\\((.*)\\(INJECTED.*");
  private static final Pattern JOURNAL_FILE = Pattern.compile("\\d+<[^>]*/\\d{10}\\.journal>");

  private final Process process;
  final Path trace;

  private Strace(Process process, Path trace) {
    this.process = process;
    this.trace = trace;
  }

  /// Attaches to all threads of a process, and arms the fault.
  static Strace arm(Fault fault, long pid, Path trace) throws IOException {
    Process strace =
        new ProcessBuilder(
                Objects.requireNonNull(Tool.find("strace")),
                "-f",
                "-y",
                "-ttt",
                "-o",
                trace.toString(),
                "-e",
                "trace=" + fault.names(),
                "-e",
                "inject=" + fault.injection(),
                "-p",
                Long.toString(pid))
            .redirectErrorStream(true)
            .start();
    BufferedReader said = strace.inputReader(StandardCharsets.UTF_8);
    String line = said.readLine();
    if (line == null || !line.contains("attached")) {
      throw new IOException("strace did not attach: " + line);
    }
    return new Strace(strace, trace);
  }

  /// Whether the fault happened, as far as the trace was written out.
  boolean injected() throws IOException {
    return !injections().isEmpty();
  }

  /// When a force of a journal file, with entries in it, failed first.
  OptionalLong journalForceFailedAtMicros() throws IOException {
    return injections().stream()
        .filter(found -> found.group(3).equals("fdatasync"))
        .filter(found -> JOURNAL_FILE.matcher(found.group(4)).find())
        .mapToLong(Strace::micros)
        .min();
  }

  /// Whether any force failed, of bytes or of names, that the process was to survive.
  boolean sawFailedForce() throws IOException {
    return injections().stream().anyMatch(found -> found.group(3).endsWith("sync"));
  }

  private static long micros(Matcher found) {
    return Long.parseLong(found.group(1)) * 1_000_000 + Long.parseLong(found.group(2));
  }

  private List<Matcher> injections() throws IOException {
    return Files.readAllLines(trace).stream()
        .map(INJECTED::matcher)
        .filter(Matcher::matches)
        .toList();
  }

  /// Waits for its end, which follows that of the process.
  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("strace does not end with its process");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
