package dev.daybook.compatibility;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/// Waits for a condition by looking often.
final class Await {
  private static final long PAUSE_MS = 50;

  private Await() {}

  /// @param otherwise what to say when it does not come about
  static void until(Duration patience, Supplier<String> otherwise, Callable<Boolean> condition) {
    long started = System.nanoTime();
    try {
      while (!condition.call()) {
        if (System.nanoTime() - started > patience.toNanos()) {
          throw new AssertionError(
              "Waited " + patience.toSeconds() + " s in vain: " + otherwise.get());
        }
        Thread.sleep(PAUSE_MS);
      }
    } catch (Exception e) {
      throw new AssertionError(otherwise.get(), e);
    }
  }
}
