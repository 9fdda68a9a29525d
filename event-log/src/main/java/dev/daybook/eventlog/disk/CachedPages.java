package dev.daybook.eventlog.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Optional;

/// What of a file lies in the system's cache, and what should: questions that the JDK cannot put to the system. Any
/// thread may ask.
///
/// Linux answers by `cachestat` (since 6.5) and takes wishes by `posix_fadvise`, each a call of about a microsecond on a
/// descriptor of our own, since the JDK does not give its own away. Where there is no such call the file is mapped for
/// the length of a question (`mincore`), which is right, and dear: each unmapping stops all other processors for a moment.
final class CachedPages implements AutoCloseable {
  private static final long PAGE_BYTES = 4096;

  /// The same on all of Linux' architectures but Alpha.
  private static final long CACHESTAT = 451;

  /// Offset and length.
  private static final long RANGE_BYTES = 16;

  /// Counts of pages: cached, dirty, being written, evicted, evicted lately.
  private static final long COUNTS_BYTES = 40;

  private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000;
  private static final int WILL_NEED = 3;
  private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

  private static final Optional<MethodHandle> OPEN =
      find("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), 2);
  private static final Optional<MethodHandle> CLOSE =
      find("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private static final Optional<MethodHandle> SYSCALL =
      find(
          "syscall",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ValueLayout.JAVA_INT),
          1);
  private static final Optional<MethodHandle> ADVISE =
      find(
          "posix_fadvise",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));

  /// Whether this system was found not to know the call, or to forbid it.
  private static volatile boolean cachestatRefused = SYSCALL.isEmpty();

  private final Path path;
  private final FileChannel channel;
  private volatile int descriptor = -1;
  private boolean closed;

  CachedPages(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// Whether all these bytes have their pages in the cache; some may still be on their way there from the disk.
  boolean holds(long position, long length) throws IOException {
    int open = cachestatRefused ? -1 : descriptor();
    if (open >= 0) {
      long from = position & -PAGE_BYTES;
      long pages = (position + length - from + PAGE_BYTES - 1) / PAGE_BYTES;
      long cached = count(open, from, pages * PAGE_BYTES);
      if (cached >= 0) {
        return cached == pages;
      }
      cachestatRefused = true;
    }
    try (Arena arena = Arena.ofConfined()) {
      return channel.map(MapMode.READ_ONLY, position, length, arena).isLoaded();
    }
  }

  /// Begins to read these bytes and no others, where the system knows how to be told; does not wait for them.
  void wish(long position, long length) {
    int open = descriptor();
    if (open >= 0 && ADVISE.isPresent()) {
      try {
        int _ = (int) ADVISE.get().invokeExact(open, position, length, WILL_NEED);
      } catch (Throwable e) {
        throw new IllegalStateException("posix_fadvise cannot be called", e);
      }
    }
  }

  /// @return -1 where the system does not tell
  private static long count(int open, long position, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment asked = arena.allocate(RANGE_BYTES + COUNTS_BYTES, Long.BYTES);
      asked.set(JAVA_LONG, 0, position);
      asked.set(JAVA_LONG, Long.BYTES, length);
      MemorySegment counts = asked.asSlice(RANGE_BYTES);
      long failed = (long) SYSCALL.orElseThrow().invokeExact(CACHESTAT, open, asked, counts, 0);
      return failed == 0 ? counts.get(JAVA_LONG, 0) : -1;
    } catch (Throwable e) {
      throw new IllegalStateException("cachestat cannot be called", e);
    }
  }

  /// @return -1 where the file cannot be opened again, perhaps since it has lost its name
  private int descriptor() {
    return descriptor >= 0 ? descriptor : open();
  }

  private synchronized int open() {
    if (descriptor < 0 && !closed && OPEN.isPresent()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment name = arena.allocateFrom(path.toAbsolutePath().toString());
        descriptor = (int) OPEN.get().invokeExact(name, READ_ONLY_CLOSED_ON_EXEC);
      } catch (Throwable e) {
        throw new IllegalStateException("open cannot be called", e);
      }
    }
    return descriptor;
  }

  @Override
  public synchronized void close() {
    closed = true;
    int open = descriptor;
    descriptor = -1;
    if (open >= 0) {
      try {
        int _ = (int) CLOSE.orElseThrow().invokeExact(open);
      } catch (Throwable e) {
        throw new IllegalStateException("close cannot be called", e);
      }
    }
  }

  @SuppressWarnings("restricted") // Plain calls of the C library, on memory of our own.
  private static Optional<MethodHandle> find(String name, FunctionDescriptor signature) {
    Linker linker = Linker.nativeLinker();
    return IS_LINUX
        ? linker.defaultLookup().find(name).map(at -> linker.downcallHandle(at, signature))
        : Optional.empty();
  }

  @SuppressWarnings("restricted") // As above.
  private static Optional<MethodHandle> find(
      String name, FunctionDescriptor signature, int firstVariadic) {
    Linker linker = Linker.nativeLinker();
    return IS_LINUX
        ? linker
            .defaultLookup()
            .find(name)
            .map(
                at ->
                    linker.downcallHandle(
                        at, signature, Linker.Option.firstVariadicArg(firstVariadic)))
        : Optional.empty();
  }
}
