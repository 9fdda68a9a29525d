package dev.daybook.eventlog.disk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemErrorTest {
  private static final Path FULL = Path.of("/dev/full");

  @Test
  void isKnownInTheLanguageOfWhoStartedTheProcess() {
    assertEquals(
        List.of(
            "no space left on device",
            "not enough space on the disk",
            "auf dem gerät ist kein speicherplatz mehr verfügbar"),
        SystemError.NO_SPACE.words(
            number -> number == 28 ? "Auf dem Gerät ist kein Speicherplatz mehr verfügbar" : null));
  }

  @Test
  void hasItsEnglishWordsWhereTheSystemTellsNone() {
    assertEquals(List.of("disk quota exceeded"), SystemError.OVER_QUOTA.words(number -> null));
  }

  @Test
  void isCalledAsTheJdkHearsIt() throws IOException {
    assumeTrue(Files.exists(FULL), "no /dev/full here");
    try (FileChannel full = FileChannel.open(FULL, StandardOpenOption.WRITE)) {
      IOException failure =
          assertThrows(IOException.class, () -> full.write(ByteBuffer.allocate(1)));
      assertEquals(failure.getMessage(), SystemError.wordsOfSystem(28));
      assertTrue(DiskFull.isCauseOf(failure));
    }
  }
}
