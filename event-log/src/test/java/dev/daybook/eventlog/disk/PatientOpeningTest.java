package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatientOpeningTest {
  private int asked;

  @Test
  void asksAgainUntilSomebodyClosedAFile() throws IOException {
    assertEquals("open", PatientOpening.open(() -> openAfter(3)));
    assertEquals(4, asked);
  }

  @Test
  void givesUpWhenItLasts() {
    assertThrows(
        FileSystemException.class,
        () -> PatientOpening.open(() -> openAfter(Integer.MAX_VALUE), Duration.ofMillis(20)));
  }

  @Test
  void waitsForNothingElse() {
    assertThrows(
        FileSystemException.class,
        () ->
            PatientOpening.open(
                () -> {
                  asked++;
                  throw new FileSystemException("file", null, "Permission denied");
                }));
    assertEquals(1, asked);
  }

  private String openAfter(int failures) throws IOException {
    if (asked++ < failures) {
      throw new FileSystemException("file", null, "Too many open files");
    }
    return "open";
  }
}
