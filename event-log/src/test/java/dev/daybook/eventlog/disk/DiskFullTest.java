package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DiskFullTest {
  private final IOException noRoom = new IOException("No space left on device");

  @Test
  void isAWriteThatFindsNoRoom() {
    assertTrue(DiskFull.isCauseOf(new IOException("while writing", noRoom)));
  }

  @Test
  void isNeverAForceThatFailedWhateverTheReason() {
    assertFalse(DiskFull.isCauseOf(new ForceFailedException(Path.of("a"), noRoom)));
    assertFalse(
        DiskFull.isCauseOf(
            new IOException("at a checkpoint", new ForceFailedException(Path.of("a"), noRoom))));
  }
}
