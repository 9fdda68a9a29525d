package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.roots.FileRoots;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/// What a user may say to the sink. Names follow the JDBC sinks that users know.
final class JdbcSinkConfig extends AbstractConfig {
  static final String CONNECTION_URL = "connection.url";
  static final String CONNECTION_USER = "connection.user";
  static final String CONNECTION_PASSWORD = "connection.password";
  static final String INSERT_MODE = "insert.mode";
  static final String PK_MODE = "pk.mode";
  static final String PK_FIELDS = "pk.fields";
  static final String DELETE_ENABLED = "delete.enabled";
  static final String AUTO_CREATE = "auto.create";
  static final String AUTO_EVOLVE = "auto.evolve";
  static final String TABLE_NAME_FORMAT = "table.name.format";
  static final String BATCH_SIZE = "batch.size";
  static final String MAX_RETRIES = "max.retries";
  static final String RETRY_BACKOFF_MS = "retry.backoff.ms";
  static final String CONNECTION_TIMEOUT_MS = "connection.timeout.ms";
  static final String UNAVAILABLE_VALUE = "unavailable.value.placeholder";
  static final String OFFSETS_TABLE = "offsets.table";

  enum InsertMode {
    INSERT,
    UPSERT,
    UPDATE
  }

  enum PkMode {
    NONE,
    KAFKA,
    RECORD_KEY,
    RECORD_VALUE
  }

  JdbcSinkConfig(Map<String, String> properties) {
    super(definition(), properties, false);
    List<String> contradictions = contradictions(properties);
    if (!contradictions.isEmpty()) {
      throw new ConfigException(contradictions.getFirst());
    }
  }

  static ConfigDef definition() {
    return new ConfigDef()
        .define(
            CONNECTION_URL,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            new JdbcUrl.Allowed(),
            Importance.HIGH,
            "JDBC URL of the target: PostgreSQL, or H2 in memory, over TCP, or in a file under the worker's"
                + " connect.file.roots. Only known drivers and parameters are accepted.")
        .define(
            CONNECTION_USER, ConfigDef.Type.STRING, null, Importance.HIGH, "User to connect as.")
        .define(
            CONNECTION_PASSWORD,
            ConfigDef.Type.PASSWORD,
            null,
            Importance.HIGH,
            "Password of that user.")
        .define(
            INSERT_MODE,
            ConfigDef.Type.STRING,
            "insert",
            ValidString.in("insert", "upsert", "update"),
            Importance.HIGH,
            "insert: every record a new row. upsert: insert, or update the row of the same key. update: change"
                + " existing rows only.")
        .define(
            PK_MODE,
            ConfigDef.Type.STRING,
            "none",
            ValidString.in("none", "kafka", "record_key", "record_value"),
            Importance.HIGH,
            "Where a row's key comes from: nowhere, the record's topic, partition and offset, its key, or its value.")
        .define(
            PK_FIELDS,
            ConfigDef.Type.LIST,
            List.of(),
            Importance.MEDIUM,
            "Key columns. record_key: fields of the key (empty: all), or the one name for a key that is not a"
                + " struct. record_value: fields of the value. kafka: three names, by default __connect_topic,"
                + " __connect_partition, __connect_offset.")
        .define(
            DELETE_ENABLED,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Delete the row on a tombstone or a change event of a delete; needs pk.mode=record_key. Otherwise both"
                + " are skipped.")
        .define(
            AUTO_CREATE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Create missing tables from the record's schema.")
        .define(
            AUTO_EVOLVE,
            ConfigDef.Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Add missing columns from the record's schema. Columns are never dropped, renamed or changed.")
        .define(
            TABLE_NAME_FORMAT,
            ConfigDef.Type.STRING,
            "${topic}",
            new NonEmptyString(),
            Importance.MEDIUM,
            "Name of the table, with one dot behind a schema if wanted. ${topic} is the topic with dots as"
                + " underscores, ${table} what follows the topic's last dot.")
        .define(
            BATCH_SIZE,
            ConfigDef.Type.INT,
            3000,
            Range.between(1, 100_000),
            Importance.MEDIUM,
            "Most records written in one transaction.")
        .define(
            MAX_RETRIES,
            ConfigDef.Type.INT,
            10,
            Range.atLeast(0),
            Importance.MEDIUM,
            "Attempts after a lost connection or another passing fault before the task fails.")
        .define(
            RETRY_BACKOFF_MS,
            ConfigDef.Type.INT,
            3000,
            Range.atLeast(0),
            Importance.MEDIUM,
            "Pause between attempts.")
        .define(
            CONNECTION_TIMEOUT_MS,
            ConfigDef.Type.INT,
            10_000,
            Range.atLeast(250),
            Importance.LOW,
            "How long to wait for a connection.")
        .define(
            UNAVAILABLE_VALUE,
            ConfigDef.Type.STRING,
            "__debezium_unavailable_value",
            new NonEmptyString(),
            Importance.LOW,
            "Debezium's mark for a large value that an update left as it was: such columns are not written.")
        .define(
            OFFSETS_TABLE,
            ConfigDef.Type.STRING,
            "_connect_offsets",
            new NonEmptyString(),
            Importance.LOW,
            "Table of this sink's own, in which the offsets are committed together with the rows.");
  }

  /// What the single settings allow but their combination does not, as sentences that start with the key at fault.
  static List<String> contradictions(Map<String, String> properties) {
    String mode = properties.getOrDefault(INSERT_MODE, "insert");
    String pk = properties.getOrDefault(PK_MODE, "none");
    String fields = properties.getOrDefault(PK_FIELDS, "").strip();
    if (!mode.equals("insert") && pk.equals("none")) {
      return List.of(
          PK_MODE
              + ": "
              + mode
              + " needs to know the row; set it to record_key, record_value or kafka");
    }
    if (Boolean.parseBoolean(properties.get(DELETE_ENABLED)) && !pk.equals("record_key")) {
      return List.of(
          DELETE_ENABLED + ": a delete carries only the record's key; set pk.mode=record_key");
    }
    if (pk.equals("record_value") && fields.isEmpty()) {
      return List.of(PK_FIELDS + ": name the fields of the value that make the key");
    }
    if (pk.equals("kafka") && !fields.isEmpty() && fields.split(",").length != 3) {
      return List.of(PK_FIELDS + ": give three names, for topic, partition and offset, or none");
    }
    return List.of();
  }

  InsertMode insertMode() {
    return InsertMode.valueOf(getString(INSERT_MODE).toUpperCase(Locale.ROOT));
  }

  PkMode pkMode() {
    return PkMode.valueOf(getString(PK_MODE).toUpperCase(Locale.ROOT));
  }

  List<String> pkFields() {
    List<String> fields = getList(PK_FIELDS);
    return fields.isEmpty() && pkMode() == PkMode.KAFKA
        ? List.of("__connect_topic", "__connect_partition", "__connect_offset")
        : fields;
  }

  JdbcUrl url() {
    return JdbcUrl.parse(getString(CONNECTION_URL), FileRoots.ofWorker());
  }

  @Nullable String user() {
    return getString(CONNECTION_USER);
  }

  @Nullable String password() {
    Password password = getPassword(CONNECTION_PASSWORD);
    return password == null ? null : password.value();
  }
}
