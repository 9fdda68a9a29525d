package dev.daybook.compatibility;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A class path under `foreign/`, made by Maven of published artifacts and, where there is one, our small program on them.
///
/// @param name the folder's
/// @param java the JVM it runs on
/// @param options the JVM's
record ForeignProgram(String name, Path java, List<String> options) {
  private static final Path FOREIGN = Path.of("foreign").toAbsolutePath();
  private static final List<String> SMALL =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
          "-Dorg.slf4j.simpleLogger.showDateTime=true",
          "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS");
  private static final List<String> QUIET_25 =
      List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

  /// On the JDK that runs the tests.
  static ForeignProgram named(String name) {
    List<String> options = new ArrayList<>(SMALL);
    options.addAll(QUIET_25);
    return new ForeignProgram(name, Path.of(System.getProperty("java.home")), options);
  }

  /// On an older JDK.
  ForeignProgram on(Path javaHome, String... more) {
    List<String> options = new ArrayList<>(SMALL);
    options.addAll(List.of(more));
    return new ForeignProgram(name, javaHome, options);
  }

  /// With more options of the JVM; the last one counts.
  ForeignProgram with(String... more) {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(more));
    return new ForeignProgram(name, java, all);
  }

  Child start(Path folder, String mainClass, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java.resolve("bin").resolve("java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), mainClass));
    command.addAll(List.of(arguments));
    String simple = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    return Child.start(name + "-" + simple, folder, Map.of(), command.toArray(String[]::new));
  }

  /// Runs it to its good end.
  ///
  /// @return the lines it printed
  List<String> run(Path folder, Duration patience, String mainClass, String... arguments)
      throws IOException, InterruptedException {
    try (Child child = start(folder, mainClass, arguments)) {
      return child.succeed(patience);
    }
  }

  private String classPath() throws IOException {
    Path target = FOREIGN.resolve(name).resolve("target");
    Path file = target.resolve("classpath");
    if (!Files.exists(file)) {
      throw new AssertionError(file + " is not there; -Pci makes it: ./mvnw verify -Pci");
    }
    return target.resolve("classes") + ":" + Files.readString(file).trim();
  }
}
