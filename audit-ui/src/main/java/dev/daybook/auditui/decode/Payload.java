package dev.daybook.auditui.decode;

import dev.daybook.auditui.value.Value;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A record's key, value or header value: the stored bytes (null: absent, a tombstone when it is
/// the value) and what they mean. With a `problem`, the value is the bytes themselves. Nobody
/// compares payloads, so the array may stand in a record.
@SuppressWarnings("ArrayRecordComponent")
public record Payload(
    String format,
    byte @Nullable [] stored,
    Value value,
    Optional<SchemaName> schema,
    Optional<String> problem) {

  /// The registry's number for the writer's schema, its kind and its full name.
  public record SchemaName(int id, String type, String name) {}

  public int size() {
    return stored == null ? 0 : stored.length;
  }

  static Payload absent() {
    return new Payload("none", null, new Value.Nil(), Optional.empty(), Optional.empty());
  }

  static Payload of(String format, byte[] stored, Value value) {
    return new Payload(format, stored, value, Optional.empty(), Optional.empty());
  }

  static Payload undecoded(byte[] stored, Optional<SchemaName> schema, String problem) {
    var bytes = new Value.Bytes("bytes", stored);
    return new Payload("bytes", stored, bytes, schema, Optional.of(problem));
  }
}
