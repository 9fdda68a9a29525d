package dev.daybook.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The way back: last first, to the end.
class ClosingTest {
  private final List<String> closed = new ArrayList<>();
  private final Closing closing = new Closing();

  @Test
  void onePartThatFailsIsToldAndKeepsNoOtherFromBeingClosed() {
    closing.add("first", () -> closed.add("first"));
    closing.add(
        "second",
        () -> {
          throw new IOException("No space left on device");
        });
    closing.add("third", () -> closed.add("third"));

    closing.close();

    assertEquals(List.of("third", "first"), closed);
    assertTrue(closing.failed("second"));
    assertFalse(closing.failed("first"));
  }

  @Test
  void whatIsClosedStaysSo() {
    closing.add("only", () -> closed.add("only"));

    closing.close();
    closing.close();

    assertEquals(List.of("only"), closed);
  }
}
