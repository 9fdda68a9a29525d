package dev.daybook.connect.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.ConnectException;

/// Settings that made configurations of Kafka clients into code execution or file disclosure elsewhere, wherever they stand
/// in a connector's configuration: connectors hand whole prefixes to clients of their own.
final class UnsafeKeys {

  private static final Set<String> LOGIN_MODULES =
      Set.of(
          "org.apache.kafka.common.security.plain.PlainLoginModule",
          "org.apache.kafka.common.security.scram.ScramLoginModule",
          "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule");

  /// One entry of a JAAS configuration: a module's class, a control flag, options, a semicolon.
  private static final Pattern JAAS_ENTRY =
      Pattern.compile(
          "\\s*([\\w.$]+)\\s+(?i:required|requisite|sufficient|optional)(?:\"(?:[^\"\\\\]|\\\\.)*\"|[^\";])*;");

  private static final List<String> URL_KEYS =
      List.of("sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.jwks.endpoint.url");

  private static final List<String> CLASS_KEYS =
      List.of(
          "sasl.login.class",
          "sasl.login.callback.handler.class",
          "sasl.client.callback.handler.class",
          "sasl.oauthbearer.jwt.retriever.class",
          "sasl.oauthbearer.jwt.validator.class",
          "security.providers",
          "ssl.engine.factory.class",
          "interceptor.classes",
          "metric.reporters");

  private UnsafeKeys() {}

  static Map<String, String> refused(Map<String, String> config) {
    Map<String, String> refused = new TreeMap<>();
    config.forEach(
        (key, value) -> {
          String reason = reason(key.toLowerCase(Locale.ROOT), value);
          if (!reason.isEmpty()) {
            refused.put(key, reason);
          }
        });
    return refused;
  }

  private static String reason(String key, String value) {
    if (is(key, "sasl.jaas.config")) {
      return jaasReason(value);
    }
    if (key.equals("config.providers")
        || key.contains("config.providers.")
        || key.endsWith(".config.providers")) {
      return key + " is refused: only the worker's owner may set up config providers";
    }
    if (URL_KEYS.stream().anyMatch(url -> is(key, url))) {
      return key + " is refused: no token or key endpoint is allowed on this worker";
    }
    if (CLASS_KEYS.stream().anyMatch(name -> is(key, name)) && !value.isBlank()) {
      return key + " is refused: a connector may not load classes into Kafka clients";
    }
    return "";
  }

  private static boolean is(String key, String name) {
    return key.equals(name) || key.endsWith("." + name);
  }

  private static String jaasReason(String value) {
    Matcher entries = JAAS_ENTRY.matcher(value.trim());
    int end = 0;
    while (end < value.trim().length() && entries.find(end) && entries.start() == end) {
      if (!LOGIN_MODULES.contains(entries.group(1))) {
        return "sasl.jaas.config is refused: the login module "
            + entries.group(1)
            + " is not one of "
            + LOGIN_MODULES.stream().sorted().toList();
      }
      end = entries.end();
    }
    return end == value.trim().length() && end > 0
        ? ""
        : "sasl.jaas.config is refused: expected 'LoginModuleClass required option=\"value\";'";
  }

  /// Checks what a stored configuration brings before it is run, for it may have been stored by another worker.
  static void requireSafe(Map<String, String> config) {
    refused(config).values().stream()
        .findFirst()
        .ifPresent(
            reason -> {
              throw new ConnectException(reason);
            });
  }
}
