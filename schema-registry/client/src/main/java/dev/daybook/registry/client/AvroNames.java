package dev.daybook.registry.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Turns any name into one that Avro allows: `[A-Za-z_][A-Za-z0-9_]*`, dots between the parts of a full name.
final class AvroNames {
  private AvroNames() {}

  static String fullName(String name) {
    List<String> parts = new ArrayList<>();
    for (String part : name.split("\\.", -1)) {
      parts.add(simpleName(part));
    }
    return String.join(".", parts);
  }

  static String simpleName(String name) {
    var clean = new StringBuilder(name.length() + 1);
    if (name.isEmpty() || isDigit(name.charAt(0))) {
      clean.append('_');
    }
    name.codePoints().forEach(c -> clean.append(allowed(c) ? (char) c : '_'));
    return clean.toString();
  }

  /// Avro names for the fields of one record, in order. A name that is fine is never changed; a cleaned one that
  /// meets another gets a number.
  static List<String> fieldNames(List<String> names) {
    Set<String> taken = new HashSet<>(names);
    List<String> clean = new ArrayList<>(names.size());
    for (String name : names) {
      String candidate = simpleName(name);
      clean.add(candidate.equals(name) ? name : free(candidate, taken));
    }
    return clean;
  }

  static String free(String candidate, Set<String> taken) {
    String name = candidate;
    for (int n = 2; !taken.add(name); n++) {
      name = candidate + "_" + n;
    }
    return name;
  }

  private static boolean allowed(int c) {
    return isDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
