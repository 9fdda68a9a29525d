package dev.daybook.connectors.file;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.function.Executable;

/// Asserts that something fails, with words a reader can act on.
final class Failure {
  private Failure() {}

  static String of(Class<? extends Exception> type, Executable action, String... words) {
    String message = String.valueOf(assertThrows(type, action).getMessage());
    for (String word : words) {
      assertTrue(message.contains(word), message);
    }
    return message;
  }
}
