package dev.daybook.examples.demo;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;

/// What the demo says: a line for each thing that happened, and one calm line about how it goes. In a terminal that line
/// stays where it is; elsewhere it is printed now and then.
final class Screen {
  private static final long BETWEEN_NANOS = Duration.ofSeconds(5).toNanos();
  private static final String CLEAR = "\r\u001b[2K";

  private final PrintWriter out;
  private final boolean terminal;
  private final long startNanos = System.nanoTime();
  private long lastNanos = startNanos;

  Screen(PrintWriter out) {
    this.out = out;
    this.terminal = Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  /// Something happened.
  synchronized void say(String line) {
    print((terminal ? CLEAR : "") + clock() + "  " + line + "\n");
  }

  /// Something to be read without a time in front of it.
  synchronized void show(String text) {
    print((terminal ? CLEAR : "") + text + "\n");
  }

  /// How it goes.
  synchronized void progress(String line) {
    if (terminal) {
      print(CLEAR + clock() + "  " + line);
    } else if (System.nanoTime() - lastNanos > BETWEEN_NANOS) {
      lastNanos = System.nanoTime();
      print(clock() + "  " + line + "\n");
    }
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }

  private String clock() {
    long seconds = Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
    return String.format("%02d:%02d", seconds / 60, seconds % 60);
  }
}
