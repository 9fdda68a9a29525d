package dev.daybook.eventlog.labs;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// `strace`, attached to a process to make one of its system calls go wrong, and what it saw.
final class Strace implements AutoCloseable {
  private static final Pattern INJECTED =
      Pattern.compile("(?:\\d+ +)?(\\d+)\\.(\\d{6}) (\\w+)\\((.*)\\(INJECTED.*");

  /// A call has two lines where another thread's came between its begin and its end.
  private static final Pattern BEGUN = Pattern.compile("(\\d+) +(.*) <unfinished \\.\\.\\.>");

  private static final Pattern RESUMED =
      Pattern.compile("(\\d+) +[\\d.]+ <\\.\\.\\. \\w+ resumed>(.*)");
  private static final Pattern JOURNAL_FILE = Pattern.compile("\\d+<[^>]*/\\d{10}\\.journal>");

  private final Process process;
  final Path trace;

  private Strace(Process process, Path trace) {
    this.process = process;
    this.trace = trace;
  }

  /// Attaches to all threads of a process, and arms the fault.
  ///
  /// @param data where the process keeps its files
  static Strace arm(Fault fault, long pid, Path data, Path trace) throws IOException {
    List<String> command =
        new ArrayList<>(List.of(Objects.requireNonNull(Tool.find("strace")), "-f", "-y", "-ttt"));
    command.addAll(List.of("-o", trace.toString()));
    command.addAll(List.of("-e", "trace=" + fault.names(), "-e", "inject=" + fault.injection()));
    if (!fault.files().isEmpty()) {
      try (Stream<Path> files = Files.walk(data)) {
        files
            .filter(file -> file.toString().endsWith(fault.files()))
            .forEach(file -> command.addAll(List.of("-P", file.toString())));
      }
    }
    command.addAll(List.of("-p", Long.toString(pid)));
    Process strace = new ProcessBuilder(command).redirectErrorStream(true).start();
    BufferedReader said = strace.inputReader(StandardCharsets.UTF_8);
    // Before that it may say where a symbolic link in a file's path leads.
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.contains("attached")) {
        return new Strace(strace, trace);
      }
    }
    throw new IOException("strace ended and had not attached to " + pid);
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
    return calls(Files.readAllLines(trace)).stream()
        .map(INJECTED::matcher)
        .filter(Matcher::matches)
        .toList();
  }

  /// The lines of a trace, each call on one, as of its begin.
  static List<String> calls(List<String> lines) {
    List<String> calls = new ArrayList<>();
    Map<String, String> begun = new HashMap<>();
    for (String line : lines) {
      Matcher begin = BEGUN.matcher(line);
      Matcher end = RESUMED.matcher(line);
      if (begin.matches()) {
        begun.put(begin.group(1), begin.group(1) + " " + begin.group(2));
      } else if (end.matches()) {
        calls.add(begun.getOrDefault(end.group(1), end.group(1)) + end.group(2));
      } else {
        calls.add(line);
      }
    }
    return calls;
  }

  /// Waits for its end, which follows that of the process.
  void awaitEnd() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new AssertionError("strace does not end with its process");
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
