package dev.daybook.registry;

import java.util.List;

/// A schema its provider has understood.
interface ParsedSchema {
  /// The text as it is stored: parsed and written again, so that formatting does not matter.
  String canonical();

  /// The text with everything in one fixed order, for subjects with `normalize`.
  String normalized();

  /// What keeps this schema from reading what the other wrote; empty when nothing does.
  List<Incompatibility> incompatibilitiesAsReaderOf(ParsedSchema writer);

  /// One reason, where in the schema it lies, and its details.
  record Incompatibility(String type, String location, String detail) {}
}
