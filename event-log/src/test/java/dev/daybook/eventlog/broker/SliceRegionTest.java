package dev.daybook.eventlog.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Bytes that were handed to a socket, and have left the page cache since.
class SliceRegionTest {
  private static final int BYTES = 10;

  private final DiskFile gone =
      (DiskFile)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {DiskFile.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "isResident" -> false;
                    case "transferTo" -> (long) BYTES;
                    case "path" -> Path.of("segment");
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private final WritableByteChannel socket = Channels.newChannel(new ByteArrayOutputStream());

  @Test
  void areSentToAClientWhoTakesThemAtOnce() throws Exception {
    assertEquals(BYTES, region(true, inAMinute()).transferTo(socket, 0));
  }

  @Test
  void areNotSentUnseenToOneWhoLetThemWait() {
    assertThrows(IOException.class, () -> region(true, aMinuteAgo()).transferTo(socket, 0));
  }

  @Test
  void areSentWhereTheSystemCannotTellWhatIsInMemory() throws Exception {
    assertEquals(BYTES, region(false, aMinuteAgo()).transferTo(socket, 0));
  }

  private SliceRegion region(boolean canBeSeen, long seenNs) {
    return new SliceRegion(gone, 0, BYTES, canBeSeen, seenNs);
  }

  /// Sooner than any machine is slow.
  private static long inAMinute() {
    return System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
  }

  private static long aMinuteAgo() {
    return System.nanoTime() - TimeUnit.MINUTES.toNanos(1);
  }
}
