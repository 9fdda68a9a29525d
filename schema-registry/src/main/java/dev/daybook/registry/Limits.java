package dev.daybook.registry;

/// What one request may cost at most. Avro's parser and checker have corners where a small text keeps a core busy
/// for minutes; these bounds keep every request well under a second.
public record Limits(
    int maxBodyBytes, int maxNesting, int maxFields, int maxEnumSymbols, int maxReferences) {

  public Limits {
    if (maxBodyBytes < 1
        || maxNesting < 1
        || maxFields < 1
        || maxEnumSymbols < 1
        || maxReferences < 0) {
      throw new IllegalArgumentException("Limits of the schema registry must be positive.");
    }
  }

  public static Limits defaults() {
    return new Limits(1 << 20, 64, 10_000, 5_000, 100);
  }
}
