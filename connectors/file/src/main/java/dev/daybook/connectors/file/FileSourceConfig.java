package dev.daybook.connectors.file;

import dev.daybook.connectors.roots.FileRoots;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.jspecify.annotations.Nullable;

/// What a user may say to the source.
final class FileSourceConfig extends AbstractConfig {
  static final String FILES = "files";
  static final String EXCLUDE = "exclude";
  static final String TOPIC = "topic";
  static final String FORMAT = "format";
  static final String UTF8 = "utf8";
  static final String BAD_LINES = "bad.lines";
  static final String MAX_LINE_BYTES = "max.line.bytes";
  static final String START_AT = "start.at";
  static final String POLL_INTERVAL_MS = "poll.interval.ms";
  static final String ROTATED_WAIT_MS = "rotated.wait.ms";
  static final String BATCH_RECORDS = "batch.records";

  FileSourceConfig(Map<String, String> properties) {
    super(definition(), properties, false);
  }

  static ConfigDef definition() {
    return new ConfigDef()
        .define(
            FILES,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new UnderRoots(),
            Importance.HIGH,
            "Absolute path of a file to follow, or of several: the last part may be a glob such as *.log. The folder"
                + " must lie under the worker's connect.file.roots. A file that was renamed within its folder is read"
                + " to its end; where log rotation copies and truncates, the glob must not match the copies.")
        .define(
            EXCLUDE,
            ConfigDef.Type.LIST,
            List.of(),
            Importance.LOW,
            "Globs of file names to leave out.")
        .define(
            TOPIC,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new NonEmptyString(),
            Importance.HIGH,
            "Topic to write to.")
        .define(
            FORMAT,
            ConfigDef.Type.STRING,
            "line",
            ValidString.in("line", "jsonl"),
            Importance.MEDIUM,
            "line: each line is a string. jsonl: each line is a JSON document, passed on as a map without schema.")
        .define(
            UTF8,
            ConfigDef.Type.STRING,
            "strict",
            ValidString.in("strict", "replace"),
            Importance.MEDIUM,
            "strict: a line that is not UTF-8 is a bad line. replace: its wrong bytes become U+FFFD.")
        .define(
            BAD_LINES,
            ConfigDef.Type.STRING,
            "fail",
            ValidString.in("fail", "skip"),
            Importance.MEDIUM,
            "What to do with a line that is not UTF-8, not JSON, or too long: stop the task there, or leave it out"
                + " and log where it was.")
        .define(
            MAX_LINE_BYTES,
            ConfigDef.Type.INT,
            1_000_000,
            Range.between(1, 16_000_000),
            Importance.MEDIUM,
            "Longest line.")
        .define(
            START_AT,
            ConfigDef.Type.STRING,
            "beginning",
            ValidString.in("beginning", "end"),
            Importance.LOW,
            "Where to start in files that are there when the connector runs for the first time.")
        .define(
            POLL_INTERVAL_MS,
            ConfigDef.Type.INT,
            200,
            Range.atLeast(1),
            Importance.LOW,
            "Pause before looking again when there was nothing new.")
        .define(
            ROTATED_WAIT_MS,
            ConfigDef.Type.INT,
            5000,
            Range.atLeast(0),
            Importance.LOW,
            "How long a file that was renamed or deleted must be quiet before it counts as finished; then a last line"
                + " without line break is passed on too.")
        .define(
            BATCH_RECORDS,
            ConfigDef.Type.INT,
            2000,
            Range.between(1, 100_000),
            Importance.LOW,
            "Most records of one poll.");
  }

  /// The folder, resolved and inside the worker's roots, and the glob of names in it.
  Path folder() {
    return folder(getString(FILES));
  }

  String glob() {
    return getString(FILES).substring(getString(FILES).lastIndexOf('/') + 1);
  }

  private static Path folder(String files) {
    int slash = files.lastIndexOf('/');
    Path within =
        FileRoots.ofWorker().resolve(FILES, files.substring(0, Math.max(slash, 0)) + "/_");
    return java.util.Objects.requireNonNull(within.getParent());
  }

  /// Refuses a path outside the roots where the configuration is checked.
  private record UnderRoots() implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      if (!(value instanceof String files) || files.endsWith("/")) {
        throw new org.apache.kafka.common.config.ConfigException(
            name, value, "name a file or a glob");
      }
      folder(files);
    }

    @Override
    public String toString() {
      return "absolute path under the worker's connect.file.roots";
    }
  }
}
