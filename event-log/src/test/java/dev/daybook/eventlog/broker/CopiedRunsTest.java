package dev.daybook.eventlog.broker;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.daybook.eventlog.disk.BadBlocks;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What of a file goes to a socket as a copy.
class CopiedRunsTest {
  private static final int FILE_BYTES = 256 << 10;
  private static final int ROOM_BYTES = 100_000;

  @TempDir private Path directory;

  private final byte[] written = new byte[FILE_BYTES];
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
  private final CopiedRuns runs = new CopiedRuns(ROOM_BYTES);
  private DiskFile file;

  @BeforeEach
  void write() throws Exception {
    new Random(7).nextBytes(written);
    file = new FileDisk().create(directory.resolve("file"));
    file.write(0, ByteBuffer.wrap(written));
  }

  @AfterEach
  void close() throws Exception {
    file.close();
    assertEquals(0, allocator.metric().usedDirectMemory(), "memory that was not given back");
  }

  @Test
  void aShortRunIsCopiedAsItStandsInTheFile() {
    ByteBuf copy = requireNonNull(copy(1_000, 60_000));

    assertArrayEquals(Arrays.copyOfRange(written, 1_000, 61_000), ByteBufUtil.getBytes(copy));
    assertEquals(60_000, runs.waitingBytes());
    copy.release();
    runs.taken(60_000);
    assertEquals(0, runs.waitingBytes());
  }

  @Test
  void aLongOneIsNot() {
    CopiedRuns roomy = new CopiedRuns(Long.MAX_VALUE);

    assertNull(roomy.copy(region(0, (128 << 10) + 1), allocator));
    assertEquals(0, roomy.waitingBytes());
  }

  @Test
  void noMoreThanTheBoundWaitsForClients() {
    ByteBuf first = requireNonNull(copy(0, 60_000));
    assertNull(copy(0, 60_000));
    ByteBuf second = requireNonNull(copy(0, 40_000));
    assertNull(copy(0, 1));

    runs.taken(60_000);
    ByteBuf third = requireNonNull(copy(0, 60_000));
    for (ByteBuf copy : new ByteBuf[] {first, second, third}) {
      copy.release();
    }
  }

  @Test
  void whatTheDiskDoesNotGiveIsLeftToWhoSendsTheFile() throws Exception {
    file.close();
    file = new BadBlocks(onABadDisk());

    assertNull(copy(0, 1_000));
    assertEquals(0, runs.waitingBytes());
  }

  @Test
  void whatTheFileDoesNotHaveIsLeftToWhoSendsTheFile() {
    assertNull(copy(FILE_BYTES - 10, 20));
    assertEquals(0, runs.waitingBytes());
  }

  /// The allocator fails as it does where the JVM was told to use less outside the heap.
  @Test
  void whereThereIsNoMemoryItIsLeftToWhoSendsTheFile() {
    ByteBufAllocator poor =
        (ByteBufAllocator)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {ByteBufAllocator.class},
                (proxy, method, arguments) -> {
                  throw new OutOfMemoryError("Cannot reserve " + arguments[0] + " bytes");
                });

    assertNull(runs.copy(region(0, 60_000), poor));
    assertEquals(0, runs.waitingBytes());
  }

  private ByteBuf copy(long position, int bytes) {
    return runs.copy(region(position, bytes), allocator);
  }

  private SliceRegion region(long position, int bytes) {
    return new SliceRegion(file, position, bytes, true, System.nanoTime());
  }

  /// A file of which the disk gives nothing.
  private static DiskFile onABadDisk() {
    return (DiskFile)
        Proxy.newProxyInstance(
            CopiedRunsTest.class.getClassLoader(),
            new Class<?>[] {DiskFile.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "size" -> (long) FILE_BYTES;
                  case "close" -> null;
                  case "toString", "path" -> Path.of("gone");
                  case "read", "readGiven" -> throw new IOException("Input/output error");
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
