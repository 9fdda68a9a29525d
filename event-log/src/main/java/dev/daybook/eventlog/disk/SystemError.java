package dev.daybook.eventlog.disk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Failures of the system that somebody here can do something about. The JDK has no exceptions of their own for them, only
/// the system's words, and these are in the language of who started the process: so the system is asked for them, as the JDK
/// does. Where it cannot be asked, they are taken to be English.
final class SystemError {
  static final SystemError NO_SPACE =
      new SystemError(28, 28, "no space left on device", "not enough space on the disk");

  /// What the disk says of a sector that it does not give any more.
  static final SystemError INPUT_OUTPUT = new SystemError(5, 5, "input/output error");

  static final SystemError OVER_QUOTA = new SystemError(122, 69, "disk quota exceeded");
  static final SystemError TOO_MANY_FILES_OPEN = new SystemError(24, 24, "too many open files");
  static final SystemError TOO_MANY_FILES_OPEN_BY_ALL =
      new SystemError(23, 23, "too many open files in system");

  private static final int MOST_BYTES = 1024;

  private final int number;
  private final List<String> english;
  private final List<String> words;

  private SystemError(int number, int numberOnMac, String... english) {
    this.number = System.getProperty("os.name").startsWith("Mac") ? numberOnMac : number;
    this.english = List.of(english);
    this.words = words(SystemError::wordsOfSystem);
  }

  /// Whether a message tells of this.
  boolean isToldBy(@Nullable String message) {
    String told = String.valueOf(message).toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(told::contains);
  }

  /// Whether a message ends with this, as one does that the system made.
  boolean isEndOf(@Nullable String message) {
    String told = String.valueOf(message).toLowerCase(Locale.ROOT);
    return words.stream().anyMatch(told::endsWith);
  }

  /// In English and in the system's language, all in lower case.
  ///
  /// @param system what it calls an error; nothing when it does not tell
  List<String> words(IntFunction<@Nullable String> system) {
    List<String> all = new ArrayList<>(english);
    String own = system.apply(number);
    if (own != null && !own.isBlank()) {
      all.add(own.toLowerCase(Locale.ROOT));
    }
    return List.copyOf(all);
  }

  /// What the system calls an error, as the JDK would hear it.
  static @Nullable String wordsOfSystem(int number) {
    try {
      MemorySegment told =
          (MemorySegment)
              SystemCalls.function("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT))
                  .invokeExact(number);
      return new String(
          untilZero(told), Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8")));
    } catch (Throwable e) {
      return null;
    }
  }

  @SuppressWarnings("restricted") // What strerror tells ends with a zero.
  private static byte[] untilZero(MemorySegment text) {
    MemorySegment readable = text.reinterpret(MOST_BYTES);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int at = 0; at < MOST_BYTES && readable.get(JAVA_BYTE, at) != 0; at++) {
      bytes.write(readable.get(JAVA_BYTE, at));
    }
    return bytes.toByteArray();
  }
}
