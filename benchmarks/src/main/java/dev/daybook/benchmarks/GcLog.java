package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a JVM's own `-Xlog:gc` tells: what was allocated between two collections is what the second found more than the
/// first had left.
record GcLog(double allocatedBytes, double pausedMs) {
  private static final Pattern PAUSE =
      Pattern.compile("Pause \\D.* (\\d+)M->(\\d+)M\\(\\d+M\\) ([\\d.]+)ms");
  private static final double MIB = 1 << 20;

  /// The option that makes a JVM write such a log.
  static String option(Path file) {
    return "-Xlog:gc:file=" + file + ":uptime:filecount=0";
  }

  static GcLog read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return new GcLog(Double.NaN, Double.NaN);
    }
    return parse(Files.readAllLines(file));
  }

  private static GcLog parse(List<String> lines) {
    long allocated = 0;
    long left = 0;
    double paused = 0;
    for (String line : lines) {
      Matcher pause = PAUSE.matcher(line);
      if (pause.find()) {
        allocated += Math.max(0, Long.parseLong(pause.group(1)) - left);
        left = Long.parseLong(pause.group(2));
        paused += Double.parseDouble(pause.group(3));
      }
    }
    return new GcLog(allocated * MIB, paused);
  }
}
