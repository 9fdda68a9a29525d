package dev.daybook.connectors.jdbc;

import dev.daybook.connectors.roots.FileRoots;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/// A JDBC URL made only of parts known to be harmless.
///
/// Drivers take class names, files and statements from a URL, so whoever writes a connector's configuration could
/// run code in the worker. A list of forbidden keys is always one key short; this is a list of what is allowed, and
/// everything else is refused before a driver sees it. The alphabet is small on purpose (no `%`, `\` or control
/// character outside it), so that the driver cannot read a URL differently than we do.
sealed interface JdbcUrl permits PostgresUrl, H2Url {
  String KEY = JdbcSinkConfig.CONNECTION_URL;

  static JdbcUrl parse(@Nullable String url, FileRoots roots) {
    if (url == null || url.isEmpty()) {
      throw new ConfigException(KEY, url, "is missing; give a jdbc:postgresql: or jdbc:h2: URL");
    }
    if (url.startsWith(PostgresUrl.SCHEME)) {
      return PostgresUrl.parse(url, roots);
    }
    if (url.startsWith(H2Url.SCHEME)) {
      return H2Url.parse(url, roots);
    }
    throw refused("only jdbc:postgresql: and jdbc:h2: are supported");
  }

  /// A source of new connections that never consults the list of drivers of the JVM.
  DataSource dataSource(@Nullable String user, @Nullable String password);

  Dialect dialect();

  /// Refuses without repeating the URL: it may carry a password where none belongs.
  static ConfigException refused(String reason) {
    return new ConfigException(KEY + ": " + reason);
  }

  /// Splits parameters and checks each against the allowed names and the shape of their values.
  static Map<String, String> parameters(
      String text, String separator, Map<String, Pattern> allowed, boolean upperCase) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String parameter : text.split(separator, -1)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      String key = upperCase ? name.toUpperCase(java.util.Locale.ROOT) : name;
      String value = equals < 0 ? "" : parameter.substring(equals + 1);
      Pattern shape = allowed.get(key);
      if (shape == null) {
        throw refused(
            "parameter '" + printable(name) + "' is not allowed; allowed are " + allowed.keySet());
      }
      if (!shape.matcher(value).matches()) {
        throw refused("parameter '" + key + "' has a value that is not allowed");
      }
      if (parameters.put(key, value) != null) {
        throw refused("parameter '" + key + "' is given twice");
      }
    }
    return parameters;
  }

  private static String printable(String name) {
    String cut = name.length() > 40 ? name.substring(0, 40) + "..." : name;
    return cut.replaceAll("[^A-Za-z0-9_.-]", "?");
  }

  /// Refuses a bad URL where the configuration is checked, so that it never becomes a connector.
  record Allowed() implements ConfigDef.Validator {
    @Override
    public void ensureValid(String name, @Nullable Object value) {
      parse((String) value, FileRoots.ofWorker());
    }

    @Override
    public String toString() {
      return "jdbc:postgresql: or jdbc:h2: with allowed parameters only";
    }
  }
}
