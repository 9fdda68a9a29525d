package dev.daybook.eventlog.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Optional;

/// What Linux knows of a file and its cache, and the JDK has no words for: the C library's functions, on memory of our
/// own. Any thread may call. None of them changes what a file holds, so whoever finds none of this
/// ([#FOUND] is empty) only does without a hint.
record SystemCalls(
    long pageBytes,
    MethodHandle open,
    MethodHandle close,
    MethodHandle mmap,
    MethodHandle munmap,
    MethodHandle mincore,
    MethodHandle madvise,
    MethodHandle syncFileRange) {

  private static final String ERROR_NUMBER = "errno";
  private static final VarHandle ERROR =
      Linker.Option.captureStateLayout().varHandle(PathElement.groupElement(ERROR_NUMBER));

  static final Optional<SystemCalls> FOUND = find();

  /// The address of nothing.
  static final long NONE = 0;

  /// The descriptor of no file.
  static final int NO_FILE = -1;

  private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000;
  private static final int READABLE = 1;
  private static final int SHARED = 1;
  private static final int WILL_NEED = 3;
  private static final int DO_NOT_NEED = 4;

  /// To begin, and not to wait (`SYNC_FILE_RANGE_WRITE`).
  private static final int WRITE = 2;

  private static final long FAILED = -1;

  private static Optional<SystemCalls> find() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    try {
      long pageBytes = (int) function("getpagesize", FunctionDescriptor.of(JAVA_INT)).invokeExact();
      return Optional.of(
          new SystemCalls(
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
              function("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT)),
              function(
                  "sync_file_range",
                  FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT),
                  Linker.Option.captureCallState(ERROR_NUMBER))));
    } catch (Throwable e) {
      return Optional.empty();
    }
  }

  @SuppressWarnings("restricted") // The functions are what their descriptors say.
  static MethodHandle function(
      String name, FunctionDescriptor signature, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(), signature, options);
  }

  /// Maps a file from its beginning, further than it may ever reach. Nothing may be read there: who looks behind a file's end
  /// ends with the process.
  ///
  /// @return the address; [#NONE] where the file cannot be mapped, perhaps since it has lost its name
  long map(Path file, long bytes) {
    int descriptor = openFile(file);
    if (descriptor == NO_FILE) {
      return NONE;
    }
    try {
      long mapped = (long) mmap.invokeExact(0L, bytes, READABLE, SHARED, descriptor, 0L);
      return mapped == FAILED ? NONE : mapped;
    } catch (Throwable e) {
      throw new IllegalStateException("A file cannot be mapped", e);
    } finally {
      closeFile(descriptor);
    }
  }

  /// Opens a file once more, for questions and hints.
  ///
  /// @return its descriptor; [#NO_FILE] where it cannot be opened, perhaps since it has lost its name
  int openFile(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(file.toAbsolutePath().toString());
      int descriptor = (int) open.invokeExact(name, READ_ONLY_CLOSED_ON_EXEC);
      return descriptor < 0 ? NO_FILE : descriptor;
    } catch (Throwable e) {
      throw new IllegalStateException("A file cannot be opened", e);
    }
  }

  void closeFile(int descriptor) {
    try {
      int _ = (int) close.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("A file cannot be closed", e);
    }
  }

  /// Begins to bring to the disk what the system's cache holds of these bytes.
  ///
  /// @return 0, or the number of the error
  int beginWriting(int descriptor, long position, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int failed = (int) syncFileRange.invokeExact(state, descriptor, position, length, WRITE);
      return failed == 0 ? 0 : (int) ERROR.get(state, 0L);
    } catch (Throwable e) {
      throw new IllegalStateException("sync_file_range cannot be called", e);
    }
  }

  void unmap(long mapped, long bytes) {
    try {
      int _ = (int) munmap.invokeExact(mapped, bytes);
    } catch (Throwable e) {
      throw new IllegalStateException("A file cannot be unmapped", e);
    }
  }

  /// Whether all these bytes of a mapped file are in memory.
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

  /// Begins to bring these bytes of a mapped file into memory.
  void wish(long mapped, long position, long length) {
    long from = position & -pageBytes;
    try {
      int _ = (int) madvise.invokeExact(mapped + from, position + length - from, WILL_NEED);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise cannot be called", e);
    }
  }

  /// Gives whole pages of memory back to the system: they are zeros when somebody next looks at them.
  void giveBack(long address, long length) {
    try {
      int _ = (int) madvise.invokeExact(address, length, DO_NOT_NEED);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise cannot be called", e);
    }
  }
}
