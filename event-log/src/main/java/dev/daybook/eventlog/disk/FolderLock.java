package dev.daybook.eventlog.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Optional;

/// A lock on a directory itself (Linux's `flock`), which holds for as long as the directory is the same: a file in it that is
/// locked can be deleted, and its namesake locked by somebody else. The JDK opens no directories, so the C library is asked.
/// Where the system or the file system has no such lock (NFS), nothing is locked.
///
/// @param descriptor of the open directory; below zero when nothing is locked
record FolderLock(int descriptor) implements AutoCloseable {
  private static final FolderLock NONE = new FolderLock(-1);
  private static final int READ_ONLY_CLOSED_ON_EXEC = 0x80000;
  private static final int EXCLUSIVE_WITHOUT_WAITING = 2 | 4;
  private static final int WOULD_BLOCK = 11;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();

  /// Takes the directory; empty when another process has it.
  static Optional<FolderLock> take(Path directory) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.of(NONE);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(directory.toAbsolutePath().toString());
      int descriptor = (int) Calls.OPEN.invokeExact(name, READ_ONLY_CLOSED_ON_EXEC);
      if (descriptor < 0) {
        return Optional.of(NONE);
      }
      MemorySegment state = arena.allocate(STATE);
      if ((int) Calls.FLOCK.invokeExact(state, descriptor, EXCLUSIVE_WITHOUT_WAITING) == 0) {
        return Optional.of(new FolderLock(descriptor));
      }
      new FolderLock(descriptor).close();
      int error = state.get(JAVA_INT, errnoAt());
      return error == WOULD_BLOCK ? Optional.empty() : Optional.of(NONE);
    } catch (Throwable e) {
      return Optional.of(NONE);
    }
  }

  private static long errnoAt() {
    return STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
  }

  @Override
  public void close() {
    if (descriptor < 0) {
      return;
    }
    try {
      int _ = (int) Calls.CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("A directory cannot be closed", e);
    }
  }

  /// Looked up when first asked for: another system may not have them.
  private static final class Calls {
    private static final MethodHandle OPEN =
        SystemCalls.function(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle FLOCK =
        SystemCalls.function(
            "flock",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE =
        SystemCalls.function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }
}
