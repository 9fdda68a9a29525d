package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Child processes whose output goes to a file.
final class Child {
  private Child() {}

  static Process start(List<String> command, Map<String, String> environment, Path output)
      throws IOException {
    ProcessBuilder child =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    child.environment().putAll(environment);
    return child.start();
  }

  /// Runs a command and waits for its end.
  ///
  /// @throws IOException when it fails, with what it said
  static String runToEnd(List<String> command, Path output)
      throws IOException, InterruptedException {
    int exitCode = start(command, Map.of(), output).waitFor();
    String said = Files.readString(output);
    if (exitCode != 0) {
      throw new IOException(command.getLast() + " ended with " + exitCode + ":\n" + said);
    }
    return said;
  }
}
