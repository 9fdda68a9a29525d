package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Programs of the machine that the labs need.
final class Tool {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Tool() {}

  /// Skips the test that asks, by the lab's name and with the reason, where root or one of the programs is missing.
  /// Where nothing may be skipped in silence (`-Pci`), this is a failure.
  static void require(String lab, boolean asRoot, String... programs) {
    for (String program : programs) {
      if (find(program) == null) {
        missing(lab, "there is no program " + program);
      }
    }
    if (asRoot && !"root".equals(System.getProperty("user.name"))) {
      missing(lab, "it needs root");
    }
  }

  /// Skips the lab, or fails where skipping is no answer.
  static void missing(String lab, String reason) {
    String sentence = "The " + lab + " does not run here: " + reason;
    if (Boolean.getBoolean("daybook.ci")) {
      throw new AssertionError(sentence);
    }
    System.err.println("SKIPPED " + sentence);
    abort(sentence);
  }

  /// Runs a program to its end.
  ///
  /// @return what it said
  /// @throws IOException when it fails, with what it said
  static String run(String... command) throws IOException, InterruptedException {
    String program = find(command[0]);
    if (program == null) {
      throw new IOException("There is no program " + command[0]);
    }
    command[0] = program;
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " failed: " + said);
    }
    return said;
  }

  /// Where the program lies; root's folders count even when a user's PATH has them not.
  static @Nullable String find(String program) {
    for (String folder : FOLDERS) {
      Path path = Path.of(folder, program);
      if (Files.isExecutable(path)) {
        return path.toString();
      }
    }
    return null;
  }
}
