package dev.daybook.registry;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/// An Avro schema, judged by Avro's own compatibility checker.
final class AvroParsed implements ParsedSchema {
  private static final int MAX_DETAIL = 300;
  private static final int MAX_REASONS = 100;

  private final Schema schema;
  private final String canonical;

  @SuppressWarnings(
      "deprecation") // Avro has no other way to leave referenced types out of the text.
  AvroParsed(Schema schema, List<Schema> referenced) {
    this.schema = schema;
    this.canonical = referenced.isEmpty() ? schema.toString() : schema.toString(referenced, false);
  }

  Schema schema() {
    return schema;
  }

  @Override
  public String canonical() {
    return canonical;
  }

  @Override
  public String normalized() {
    return AvroNormalForm.of(canonical);
  }

  @Override
  public List<Incompatibility> incompatibilitiesAsReaderOf(ParsedSchema writer) {
    if (!(writer instanceof AvroParsed other)) {
      return List.of(new Incompatibility("TYPE_CHANGED", "/", "the schema type differs"));
    }
    try {
      var pair = AvroEnums.withoutCommonSymbols(schema, other.schema);
      return translated(
          SchemaCompatibility.checkReaderWriterCompatibility(pair.reader(), pair.writer())
              .getResult());
    } catch (AvroRuntimeException e) {
      return List.of(new Incompatibility("UNCHECKED", "/", String.valueOf(e.getMessage())));
    } catch (StackOverflowError _) {
      throw Refusal.tooLarge("its types nest too deeply to be compared");
    }
  }

  private static List<Incompatibility> translated(
      SchemaCompatibility.SchemaCompatibilityResult result) {
    Set<Incompatibility> found = new LinkedHashSet<>();
    for (var each : result.getIncompatibilities()) {
      found.add(
          new Incompatibility(each.getType().name(), each.getLocation(), cut(each.getMessage())));
    }
    return found.stream().limit(MAX_REASONS).toList();
  }

  private static String cut(String detail) {
    return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL) + "…";
  }
}
