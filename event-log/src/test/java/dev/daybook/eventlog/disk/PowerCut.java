package dev.daybook.eventlog.disk;

import java.io.IOException;

/// The machine stopped here. An error, not an exception, so that no code under test takes it for a failure it
/// could handle: nothing runs after it.
public final class PowerCut extends Error {
  private static final long serialVersionUID = 1L;

  PowerCut() {
    super("The simulated machine stopped", null, false, false);
  }

  /// Lives a life to its end, or until the power fails.
  ///
  /// @return whether it failed
  public static boolean cuts(Life life) throws IOException {
    try {
      life.live();
      return false;
    } catch (PowerCut _) {
      return true;
    }
  }

  /// Lives a life to its end, or until the power or a simulated operation fails.
  ///
  /// @return whether one did
  public static boolean endsEarly(Life life) throws IOException {
    try {
      return cuts(life);
    } catch (IOException e) {
      // The process stops at the first error; recovery is the only handler.
      if (String.valueOf(e.getMessage()).contains("Simulated")) {
        return true;
      }
      throw e;
    }
  }

  /// What a process does until it stops.
  @FunctionalInterface
  public interface Life {
    void live() throws IOException;
  }
}
