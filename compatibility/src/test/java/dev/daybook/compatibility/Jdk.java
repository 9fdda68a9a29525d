package dev.daybook.compatibility;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// An older JDK for programs that do not run on ours yet, found in the system's folders as `.mvn/find-jdk` does.
final class Jdk {
  private static final List<Path> FOLDERS =
      List.of(
          Path.of("/usr/lib/jvm"),
          Path.of("/usr/java"),
          Path.of("/opt/java"),
          Path.of(System.getProperty("user.home"), ".sdkman/candidates/java"),
          Path.of(System.getProperty("user.home"), ".jdks"));

  private Jdk() {}

  /// The home of a JDK of one of these releases. Where there is none, the test is skipped by name; under `-Pci` it fails.
  static Path of(String program, int... releases) {
    for (int release : releases) {
      Optional<Path> found =
          FOLDERS.stream().flatMap(Jdk::homes).filter(home -> is(home, release)).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    String missing =
        program
            + " does not run here: it needs a JDK of one of the releases "
            + java.util.Arrays.toString(releases)
            + " (Debian: openjdk-"
            + releases[0]
            + "-jre-headless)";
    if (Boolean.getBoolean("daybook.ci")) {
      fail(missing);
    }
    assumeTrue(false, missing);
    throw new IllegalStateException(missing);
  }

  private static Stream<Path> homes(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Stream.empty();
    }
    try (Stream<Path> homes = Files.list(folder)) {
      return homes.sorted().toList().stream();
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  private static boolean is(Path home, int release) {
    try {
      return Files.isExecutable(home.resolve("bin/java"))
          && Files.readString(home.resolve("release")).contains("JAVA_VERSION=\"" + release + ".");
    } catch (IOException e) {
      return false;
    }
  }
}
