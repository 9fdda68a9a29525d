package dev.daybook.connectors.file;

import dev.daybook.connectors.roots.FileRoots;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// What a user may say to the sink.
final class FileSinkConfig extends AbstractConfig {
  static final String DIRECTORY = "directory";
  static final String ROLL_RECORDS = "roll.records";
  static final String ROLL_BYTES = "roll.bytes";
  static final String ROLL_INTERVAL_MS = "roll.interval.ms";
  static final String DECIMALS = "decimals";

  FileSinkConfig(Map<String, String> properties) {
    super(definition(), properties, false);
  }

  static ConfigDef definition() {
    return new ConfigDef()
        .define(
            DIRECTORY,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new UnderRoots(),
            Importance.HIGH,
            "Absolute path of the folder to write to, under the worker's connect.file.roots. Made if missing.")
        .define(
            ROLL_RECORDS,
            ConfigDef.Type.INT,
            10_000,
            Range.atLeast(1),
            Importance.MEDIUM,
            "Most records of a file.")
        .define(
            ROLL_BYTES,
            ConfigDef.Type.LONG,
            64L * 1024 * 1024,
            Range.atLeast(1),
            Importance.MEDIUM,
            "Size at which a file is closed.")
        .define(
            ROLL_INTERVAL_MS,
            ConfigDef.Type.LONG,
            10_000L,
            Range.atLeast(1),
            Importance.MEDIUM,
            "Age at which a file is closed, so that records of a quiet topic appear too.")
        .define(
            DECIMALS,
            ConfigDef.Type.STRING,
            "string",
            ValidString.in("string", "number"),
            Importance.LOW,
            "How decimals are written; both have every digit, but many readers of JSON make a double of a number.");
  }

  Path directory() {
    return FileRoots.ofWorker().resolve(DIRECTORY, getString(DIRECTORY));
  }

  /// Refuses a path outside the roots where the configuration is checked.
  private record UnderRoots() implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      if (!(value instanceof String directory)) {
        throw new ConfigException(name, value, "name a folder");
      }
      FileRoots.ofWorker().resolve(name, directory);
    }

    @Override
    public String toString() {
      return "absolute path under the worker's connect.file.roots";
    }
  }
}
