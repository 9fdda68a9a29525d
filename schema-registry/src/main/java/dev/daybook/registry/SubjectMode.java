package dev.daybook.registry;

import java.util.Locale;

/// What may be written to a subject, or to the registry as a whole.
enum SubjectMode {
  READWRITE,
  READONLY,
  /// As READONLY; set globally, it wins over the modes of subjects.
  READONLY_OVERRIDE,
  /// Schemas come with their ids and versions from another registry; compatibility is not checked.
  IMPORT;

  boolean writable() {
    return this == READWRITE || this == IMPORT;
  }

  static SubjectMode parse(String text) {
    try {
      return valueOf(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException _) {
      throw Refusal.invalidMode(text);
    }
  }
}
