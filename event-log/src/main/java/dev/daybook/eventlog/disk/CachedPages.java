package dev.daybook.eventlog.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Optional;

/// What of a file lies in the system's cache, and what should: questions that the JDK cannot put to the system. Any
/// thread may ask.
///
/// On Linux the file is mapped once, when somebody first asks, and further than it reaches, so that it may grow; nothing is
/// ever read through that mapping, so it takes addresses and no memory. A question is one call then (`mincore`), and a
/// wish is one (`madvise`). Elsewhere, and where the system refuses, the file is mapped for the length of each question. That
/// is right, and dear: each unmapping stops all other processors for a moment.
///
/// `cachestat` would need no mapping, but counts pages that are still on their way from the disk.
final class CachedPages implements AutoCloseable {
  /// More than a segment can have.
  private static final long MAPPED_BYTES = 3L << 30;

  private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000;
  private static final int READABLE = 1;
  private static final int SHARED = 1;
  private static final int WILL_NEED = 3;
  private static final long FAILED = -1;
  private static final int NO_ADDRESS = 0;
  private static final boolean IS_LINUX = System.getProperty("os.name").equals("Linux");

  private static final Optional<Calls> CALLS = Calls.find();

  private final Path path;
  private final FileChannel channel;

  /// Where the mapping begins; [#NO_ADDRESS] before there is one.
  private volatile long address = NO_ADDRESS;

  private boolean refused = CALLS.isEmpty();

  CachedPages(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// Whether all these bytes of the file are in memory.
  boolean hold(long position, long length) throws IOException {
    long mapped = position + length <= MAPPED_BYTES ? address() : NO_ADDRESS;
    if (mapped != NO_ADDRESS) {
      return CALLS.orElseThrow().areResident(mapped, position, length);
    }
    try (Arena arena = Arena.ofConfined()) {
      return channel.map(MapMode.READ_ONLY, position, length, arena).isLoaded();
    }
  }

  /// Begins to read these bytes and no others, where the system knows how to be told; does not wait for them.
  void wish(long position, long length) throws IOException {
    long end = Math.min(position + length, channel.size());
    long mapped = end <= MAPPED_BYTES ? address() : NO_ADDRESS;
    if (mapped != NO_ADDRESS && position < end) {
      CALLS.orElseThrow().wish(mapped, position, end - position);
    }
  }

  private long address() {
    return address != NO_ADDRESS ? address : map();
  }

  private synchronized long map() {
    if (address == NO_ADDRESS && !refused) {
      address = CALLS.orElseThrow().map(path);
      refused = address == NO_ADDRESS;
    }
    return address;
  }

  /// Who asks beside it, of a file that he does not hold, is told something about nothing, and that is all.
  @Override
  public synchronized void close() {
    refused = true;
    long mapped = address;
    address = NO_ADDRESS;
    if (mapped != NO_ADDRESS) {
      CALLS.orElseThrow().unmap(mapped);
    }
  }

  /// The C library's functions, on memory of our own.
  private record Calls(
      long pageBytes,
      MethodHandle open,
      MethodHandle close,
      MethodHandle mmap,
      MethodHandle munmap,
      MethodHandle mincore,
      MethodHandle madvise) {

    static Optional<Calls> find() {
      if (!IS_LINUX) {
        return Optional.empty();
      }
      try {
        long pageBytes =
            (int) function("getpagesize", FunctionDescriptor.of(JAVA_INT)).invokeExact();
        return Optional.of(
            new Calls(
                pageBytes,
                function(
                    "open",
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                    Linker.Option.firstVariadicArg(2)),
                function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT)),
                function(
                    "mmap",
                    FunctionDescriptor.of(
                        JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG)),
                function("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG)),
                function("mincore", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS)),
                function(
                    "madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT))));
      } catch (Throwable e) {
        return Optional.empty();
      }
    }

    @SuppressWarnings("restricted") // The functions are what their descriptors say.
    private static MethodHandle function(
        String name, FunctionDescriptor signature, Linker.Option... options) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().find(name).orElseThrow(), signature, options);
    }

    /// @return [#NO_ADDRESS] where the file cannot be mapped, perhaps since it has lost its name
    long map(Path file) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment name = arena.allocateFrom(file.toAbsolutePath().toString());
        int descriptor = (int) open.invokeExact(name, READ_ONLY_CLOSED_ON_EXEC);
        if (descriptor < 0) {
          return NO_ADDRESS;
        }
        long mapped = (long) mmap.invokeExact(0L, MAPPED_BYTES, READABLE, SHARED, descriptor, 0L);
        int _ = (int) close.invokeExact(descriptor);
        return mapped == FAILED ? NO_ADDRESS : mapped;
      } catch (Throwable e) {
        throw new IllegalStateException("A file cannot be mapped", e);
      }
    }

    void unmap(long mapped) {
      try {
        int _ = (int) munmap.invokeExact(mapped, MAPPED_BYTES);
      } catch (Throwable e) {
        throw new IllegalStateException("A file cannot be unmapped", e);
      }
    }

    boolean areResident(long mapped, long position, long length) {
      long from = position & -pageBytes;
      int pages = (int) ((position + length - from + pageBytes - 1) / pageBytes);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment found = arena.allocate(pages);
        int failed = (int) mincore.invokeExact(mapped + from, pages * pageBytes, found);
        for (int page = 0; failed == 0 && page < pages; page++) {
          if ((found.get(JAVA_BYTE, page) & 1) == 0) {
            return false;
          }
        }
        return failed == 0;
      } catch (Throwable e) {
        throw new IllegalStateException("mincore cannot be called", e);
      }
    }

    void wish(long mapped, long position, long length) {
      long from = position & -pageBytes;
      try {
        int _ = (int) madvise.invokeExact(mapped + from, position + length - from, WILL_NEED);
      } catch (Throwable e) {
        throw new IllegalStateException("madvise cannot be called", e);
      }
    }
  }
}
