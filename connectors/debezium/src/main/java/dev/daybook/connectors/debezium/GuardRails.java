package dev.daybook.connectors.debezium;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Defaults where Debezium's own may lose data, fill the database's disk or be slow, and refusals of settings through
/// which a connector's configuration could run code or read files in the worker.
final class GuardRails {
  private static final int LONGEST_IDENTIFIER = 63;

  /// Each with its reason; any of them can be set otherwise.
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          // In the server since version 10; Debezium's default needs a plug-in built into the
          // server.
          Map.entry("plugin.name", "pgoutput"),
          // Only the captured tables, so that no right to publish all tables is needed.
          Map.entry("publication.autocreate.mode", "filtered"),
          // Without it the slot of quiet tables never advances, and the WAL grows until the disk is
          // full.
          Map.entry("heartbeat.interval.ms", "10000"),
          // Debezium waits this long for a fuller batch: its default of 500 is half a second of
          // latency.
          Map.entry("poll.interval.ms", "20"),
          Map.entry("decimal.handling.mode", "precise"),
          Map.entry("snapshot.mode", "initial"),
          Map.entry("tombstones.on.delete", "true"),
          // A slot that is behind or ahead of what we stored is a gap: say so instead of going on.
          Map.entry("offset.mismatch.strategy", "trust_offset"),
          // A value that cannot be converted must not become null in silence.
          Map.entry("event.converting.failure.handling.mode", "fail"),
          // Names of schemas that Avro accepts, so that a contract can be made of them.
          Map.entry("schema.name.adjustment.mode", "avro"));

  private static final Set<String> DRIVER_SETTINGS =
      Set.of(
          "ApplicationName",
          "connectTimeout",
          "socketTimeout",
          "loginTimeout",
          "tcpKeepAlive",
          "prepareThreshold");
  private static final Set<String> FILES =
      Set.of(
          "database.sslcert",
          "database.sslkey",
          "database.sslrootcert",
          "signal.file",
          "openlineage.integration.config.file.path");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,252}|\\[?[0-9A-Fa-f:]{2,39}]?");
  private static final Pattern DATABASE = Pattern.compile("[\\p{L}\\p{N}_$. -]{1,63}");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_. -]{0,63}");

  private GuardRails() {}

  static Map<String, String> withDefaults(Map<String, String> properties) {
    Map<String, String> filled = new LinkedHashMap<>(properties);
    DEFAULTS.forEach(filled::putIfAbsent);
    String prefix = properties.get("topic.prefix");
    if (prefix != null && !prefix.isBlank()) {
      filled.putIfAbsent("slot.name", identifier(prefix));
      filled.putIfAbsent("publication.name", identifier(prefix));
    }
    return filled;
  }

  /// A name for slot and publication of its own: two connectors on one slot would take events from one another. Letters
  /// a slot may not have are replaced; then a checksum keeps different prefixes apart.
  static String identifier(String prefix) {
    String plain = "daybook_" + prefix.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
    if (plain.equals("daybook_" + prefix) && plain.length() <= LONGEST_IDENTIFIER) {
      return plain;
    }
    CRC32 checksum = new CRC32();
    checksum.update(prefix.getBytes(StandardCharsets.UTF_8));
    String suffix = String.format("_%08x", checksum.getValue());
    return plain.substring(0, Math.min(plain.length(), LONGEST_IDENTIFIER - suffix.length()))
        + suffix;
  }

  /// Settings that are refused, with the reason. Debezium hands every unknown `database.` and `driver.` setting to the
  /// driver, which makes classes of some and opens files of others.
  static Map<String, String> refusals(Map<String, String> properties, Set<String> known) {
    Map<String, String> refusals = new LinkedHashMap<>();
    properties.forEach(
        (key, value) -> {
          String reason = value == null ? "" : refusal(key, value, known);
          if (!reason.isEmpty()) {
            refusals.put(key, key + " " + reason);
          }
        });
    return refusals;
  }

  private static String refusal(String key, String value, Set<String> known) {
    if (key.equals("database.sslfactory")) {
      return "names a class for the driver to make; that is not allowed";
    }
    if (key.equals("database.hostname") && !HOST.matcher(value).matches()) {
      return "is no host name";
    }
    if (key.equals("database.dbname") && !DATABASE.matcher(value).matches()) {
      return "has letters that could change the connection's URL";
    }
    if (FILES.contains(key) && !isUnderRoots(value)) {
      return "must be an absolute path under the worker's connect.file.roots";
    }
    if (key.startsWith("driver.")) {
      boolean allowed =
          DRIVER_SETTINGS.contains(key.substring("driver.".length()))
              && PLAIN.matcher(value).matches();
      return allowed
          ? ""
          : "is not one of the driver's settings that are allowed: " + DRIVER_SETTINGS;
    }
    if (key.startsWith("database.") && !known.contains(key)) {
      return "is unknown and would be handed to the driver; that is not allowed";
    }
    return "";
  }

  private static boolean isUnderRoots(String file) {
    try {
      Path real = Path.of(file).toRealPath();
      for (String root :
          System.getProperty("daybook.connect.file.roots", "").split(File.pathSeparator, -1)) {
        if (!root.isBlank()
            && Path.of(file).isAbsolute()
            && real.startsWith(Path.of(root).toRealPath())) {
          return true;
        }
      }
      return false;
    } catch (IOException notThere) {
      return false;
    }
  }
}
