package dev.daybook.auditui.value;

import java.util.Optional;

/// A row change as Debezium wraps it: what happened (`op`), the row before and after, and where it
/// came from. Found by shape, in Avro records and in JSON with or without Connect's `{schema,
/// payload}` around it.
public record Envelope(String op, Value before, Value after, Optional<Value> source) {

  public static Optional<Envelope> of(Value value) {
    return value instanceof Value.Struct struct ? of(struct) : Optional.empty();
  }

  private static Optional<Envelope> of(Value.Struct struct) {
    var payload = struct.field("payload").filter(inner -> struct.field("schema").isPresent());
    if (payload.isPresent()) {
      return of(payload.get());
    }
    return struct
        .field("op")
        .flatMap(Envelope::shortText)
        .filter(op -> struct.field("before").isPresent() || struct.field("after").isPresent())
        .map(
            op ->
                new Envelope(
                    op, row(struct, "before"), row(struct, "after"), struct.field("source")));
  }

  /// The row a reader wants to see first: as it is now or, for a delete, as it last was.
  public Value row() {
    return after instanceof Value.Nil ? before : after;
  }

  private static Value row(Value.Struct struct, String name) {
    return struct.field(name).orElseGet(Value.Nil::new);
  }

  private static Optional<String> shortText(Value value) {
    return value instanceof Value.Scalar scalar && scalar.text().length() == 1
        ? Optional.of(scalar.text())
        : Optional.empty();
  }
}
