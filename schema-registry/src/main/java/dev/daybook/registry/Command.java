package dev.daybook.registry;

import java.util.List;
import java.util.function.Function;

/// A wish to change something. It decides against the catalogue as of all decisions before it, and answers with the
/// records that make it true, or throws a [Refusal]. It changes nothing itself.
interface Command<R> {
  Decision<R> decide(SchemaCatalog catalog);

  /// The records, in order, and the answer once they are durable and replayed.
  record Decision<R>(List<SchemaRecord> records, Function<SchemaCatalog, R> answer) {
    static <R> Decision<R> of(SchemaRecord record, Function<SchemaCatalog, R> answer) {
      return new Decision<>(List.of(record), answer);
    }
  }
}
