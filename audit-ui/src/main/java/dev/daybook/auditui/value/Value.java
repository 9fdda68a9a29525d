package dev.daybook.auditui.value;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// One decoded value. Numbers are kept as the text of their exact decimal digits, because every
/// other way to a browser passes through a double and loses digits from 2^53 on.
public sealed interface Value {

  /// Absent by intent: Avro's null, JSON's null.
  record Nil() implements Value {}

  /// A single value with its type's name and its exact text. `reading` is what a person would say
  /// instead, for instance the date and time behind a number of microseconds.
  record Scalar(String type, String text, Optional<String> reading) implements Value {
    public Scalar(String type, String text) {
      this(type, text, Optional.empty());
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Nobody compares values.
  record Bytes(String type, byte[] content) implements Value {}

  /// Named fields in the writer's order; JSON objects may repeat a name, and then both are kept.
  record Struct(String type, Optional<String> name, List<Field> fields) implements Value {
    public Optional<Value> field(String wanted) {
      return fields.stream()
          .filter(field -> field.name().equals(wanted))
          .map(Field::value)
          .findFirst();
    }
  }

  record Sequence(List<Value> items) implements Value {}

  record Field(String name, Value value) {}

  /// Whether some text of this tree (a field's name, a value, a reading) satisfies the test.
  default boolean anyText(Predicate<String> test) {
    return switch (this) {
      case Nil nil -> false;
      case Scalar scalar -> test.test(scalar.text()) || scalar.reading().filter(test).isPresent();
      case Bytes bytes -> test.test(HexFormat.of().formatHex(bytes.content()));
      case Struct struct ->
          struct.fields().stream()
              .anyMatch(field -> test.test(field.name()) || field.value().anyText(test));
      case Sequence sequence -> sequence.items().stream().anyMatch(item -> item.anyText(test));
    };
  }
}
