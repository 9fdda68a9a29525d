package dev.daybook.eventlog;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// How much of a disk the default reserve of 256 MiB may be; a file of the journal has 64.
class ReserveSizeTest {
  private static final long MIB = 1 << 20;

  private final EventLogConfig config = EventLogConfig.in(Path.of("data"));

  @Test
  void isAllOfItOnALargeDisk() {
    assertEquals(256 * MIB, config.reserveBytesOn(1L << 40));
    assertEquals(256 * MIB, config.reserveBytesOn(2048 * MIB));
  }

  @Test
  void isAnEighthOfASmallerOne() {
    assertEquals(128 * MIB, config.reserveBytesOn(1024 * MIB));
  }

  @Test
  void isNeverLessThanAFileOfTheJournalNeeds() {
    assertEquals(80 * MIB, config.reserveBytesOn(300 * MIB));
    assertEquals(80 * MIB, config.reserveBytesOn(0));
  }
}
