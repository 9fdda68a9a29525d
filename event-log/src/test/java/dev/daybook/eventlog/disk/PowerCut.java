package dev.daybook.eventlog.disk;

/// The machine stopped here. An error, not an exception, so that no code under test takes it for a failure it
/// could handle: nothing runs after it.
public final class PowerCut extends Error {
  private static final long serialVersionUID = 1L;

  PowerCut() {
    super("The simulated machine stopped", null, false, false);
  }
}
