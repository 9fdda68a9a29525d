package dev.daybook.connect.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What of a configuration nobody may read back. Secret are the settings a definition declares as PASSWORD, those whose
/// name says so (the definition may be unknown, or its author careless), and passwords inside URLs. Each is shown as
/// [#MASK]; a configuration that comes back with the mask in the same place keeps the stored value.
///
/// @param passwordKeys the settings declared as PASSWORD
public record Secrets(Set<String> passwordKeys) {

  public static final String MASK = "********";

  private static final Pattern TELLING_NAME =
      Pattern.compile(
          "(?i)(.*(passw(or)?d|passphrase|secret|credential|jaas).*)"
              + "|((.*[._-])?(token|pwd|api[._-]?key|access[._-]?key|private[._-]?key|user[._-]info)([._-](key|value|id|json|pem))?)");

  /// The part after `=` of a password-like parameter, or between `user:` and `@host`.
  private static final Pattern INSIDE_URL =
      Pattern.compile(
          "(?i)(?<=[?&;,\\s\"'](?:password|passwd|pwd|secret|token|apikey|api_key|access_key)=)[^&;,\\s\"']+"
              + "|(?<=://[^/\\s:@]{1,100}:)[^@/\\s]+(?=@)");

  public Secrets {
    passwordKeys = Set.copyOf(passwordKeys);
  }

  public static Secrets byName() {
    return new Secrets(Set.of());
  }

  public boolean isSecret(String key) {
    return passwordKeys.contains(key) || TELLING_NAME.matcher(key).matches();
  }

  /// The configuration as it may be shown.
  public Map<String, String> mask(Map<String, String> config) {
    Map<String, String> shown = new LinkedHashMap<>();
    config.forEach((key, value) -> shown.put(key, mask(key, value)));
    return shown;
  }

  /// A null or empty value stays visible: that nothing is set is no secret.
  public @Nullable String mask(String key, @Nullable String value) {
    if (value == null || value.isEmpty()) {
      return value;
    }
    return isSecret(key)
        ? MASK
        : INSIDE_URL.matcher(value).replaceAll(Matcher.quoteReplacement(MASK));
  }

  /// Puts the stored secrets back where `incoming` still shows the mask that was shown for `stored`.
  public Map<String, String> unmask(Map<String, String> incoming, Map<String, String> stored) {
    Map<String, String> restored = new LinkedHashMap<>(incoming);
    restored.replaceAll(
        (key, value) -> {
          String kept = stored.get(key);
          return kept != null && isMasked(value) && Objects.equals(value, mask(key, kept))
              ? kept
              : value;
        });
    return restored;
  }

  public static boolean isMasked(@Nullable String value) {
    return value != null && value.contains(MASK);
  }

  /// The secret values themselves, to find them in texts.
  public Set<String> values(Collection<Map<String, String>> configs) {
    Set<String> values = new LinkedHashSet<>();
    for (Map<String, String> config : configs) {
      config.forEach(
          (key, value) -> {
            if (value != null && isSecret(key)) {
              values.add(value);
            } else if (value != null) {
              INSIDE_URL.matcher(value).results().forEach(match -> values.add(match.group()));
            }
          });
    }
    return values;
  }
}
