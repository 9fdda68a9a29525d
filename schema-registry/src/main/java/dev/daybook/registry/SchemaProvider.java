package dev.daybook.registry;

import java.util.List;

/// One language of schemas. Avro is the one there is; others plug in here.
interface SchemaProvider {
  /// The `schemaType` in requests and answers.
  String type();

  /// Understands a text, after the texts it refers to, in an order in which each knows what it needs. A proposed
  /// schema is held to the strict rules and to the limits and refused with 42201 or 42209; a stored one is not.
  ParsedSchema parse(String text, List<String> referenced, boolean proposed);
}
