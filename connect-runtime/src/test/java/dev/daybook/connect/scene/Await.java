package dev.daybook.connect.scene;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for a condition by looking often.
public final class Await {

  private static final Duration PATIENCE = Duration.ofSeconds(120);

  private Await() {}

  public static void until(String what, BooleanSupplier condition) {
    untilNoted(what, condition, () -> "");
  }

  public static void untilNoted(String what, BooleanSupplier condition, Supplier<String> note) {
    long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw new AssertionError(
            "Waited " + PATIENCE.toSeconds() + " s in vain until " + what + ". " + note.get());
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting until " + what, e);
      }
    }
  }
}
