package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

/// The short life from which the JVM learns what a start needs.
class RehearsalTest {
  @Test
  void startsServesAndStopsByItself() {
    assertEquals(0, Main.commandLine().execute("rehearse"));
  }

  @Test
  void theHelpDoesNotShowIt() {
    assertFalse(Main.commandLine().getUsageMessage().contains("rehearse"));
  }
}
