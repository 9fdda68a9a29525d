package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What may be open is shared out so that clients cannot take it all.
class OpenFilesTest {
  @ParameterizedTest
  @CsvSource({"1024, 384, 32, 80", "4096, 1536, 128, 320", "20000, 15904, 625, 512"})
  void isSharedOutAsItIsWrittenDown(long limit, int connections, int http, int kept) {
    OpenFiles files = new OpenFiles(limit);

    assertEquals(connections, files.connections());
    assertEquals(http, files.httpConnections());
    assertEquals(kept, files.keptForReaders());
  }

  @ParameterizedTest
  @ValueSource(longs = {256, 512, 1_024, 2_500, 10_000, 1_048_576, Long.MAX_VALUE})
  void twoFifthsOfASmallLimitAndMostOfALargeOneStayForTheLog(long limit) {
    OpenFiles files = new OpenFiles(limit);
    long left = limit - files.connections() - 3L * files.httpConnections() - files.keptForReaders();

    assertTrue(left >= Math.min(limit * 2 / 5, 500), () -> left + " of " + limit);
  }

  @Test
  void whoAskedForFewerConnectionsGetsThese() {
    ConnectionLimits asked = ConnectionLimits.DEFAULT;

    assertEquals(asked, asked.within(new OpenFiles(Long.MAX_VALUE)));
    assertEquals(384, asked.within(new OpenFiles(1_024)).max());
    assertEquals(asked.maxPerAddress(), asked.within(new OpenFiles(1_024)).maxPerAddress());
  }

  @Test
  void theLimitThatAWarningAsksForIsEnough() {
    OpenFiles files = new OpenFiles(OpenFiles.neededFor(10_000));

    assertEquals(10_000, files.connections());
  }

  @ParameterizedTest
  @CsvSource({"1024, 168", "4096, 864", "1048576, 517468"})
  void soManyPartitionsMayHaveRecordsThatAreToBeForced(long limit, long partitions) {
    OpenFiles files = new OpenFiles(limit);
    int connections = Math.min(10_000, files.connections());

    assertEquals(partitions, files.writtenPartitions(connections));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 200, 1_000, 100_000})
  void theLimitThatAWarningOfPartitionsAsksForIsEnough(long partitions) {
    OpenFiles files = new OpenFiles(OpenFiles.neededFor(10_000, partitions));

    assertTrue(files.writtenPartitions(10_000) >= partitions);
  }

  @Test
  void thisProcessHasALimit() {
    assertTrue(OpenFiles.ofThisProcess().limit() > 0);
  }
}
