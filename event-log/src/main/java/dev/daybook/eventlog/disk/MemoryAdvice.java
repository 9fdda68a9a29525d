package dev.daybook.eventlog.disk;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Tells the system which bytes of a mapped file will be wanted: it starts to read exactly these, where a read that finds
/// them missing would begin to read far ahead. Does nothing where the system has no such call.
final class MemoryAdvice {
  /// The same on all systems that have it, Linux and macOS among them.
  private static final int WILL_NEED = 3;

  private static final Optional<MethodHandle> MADVISE = find();

  private MemoryAdvice() {}

  /// Begins to read these bytes of a mapped file; does not wait for them.
  static void willNeed(MemorySegment mapped) {
    if (MADVISE.isPresent()) {
      try {
        int _ = (int) MADVISE.get().invokeExact(mapped, mapped.byteSize(), WILL_NEED);
      } catch (Throwable e) {
        throw new IllegalStateException("madvise cannot be called", e);
      }
    }
  }

  @SuppressWarnings("restricted") // The system is asked for no more than a hint.
  private static Optional<MethodHandle> find() {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find("madvise")
        .map(
            address ->
                linker.downcallHandle(
                    address,
                    FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT)));
  }
}
