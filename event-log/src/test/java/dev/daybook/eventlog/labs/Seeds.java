package dev.daybook.eventlog.labs;

/// Where the labs' seeds come from; `-Ddaybook.seed` gives one by hand.
final class Seeds {
  private static final String GIVEN = "daybook.seed";

  private Seeds() {}

  /// The same in each run: what must pass before a change lands draws the same troubles for each change. Real processes
  /// meet them at other moments all the same.
  static long same() {
    return Long.getLong(GIVEN, 20_261_123);
  }

  /// Another in each run: a lab that runs for long is there to find what nobody has seen.
  static long another() {
    return Long.getLong(GIVEN, System.nanoTime());
  }
}
