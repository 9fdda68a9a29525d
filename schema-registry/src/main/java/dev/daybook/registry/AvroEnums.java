package dev.daybook.registry;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/// Keeps Avro's checker away from its quadratic corner: it compares two enums of n symbols in n² steps, so that one
/// request with two enums of 100,000 takes minutes.
///
/// What the checker wants to know of two enums is which of the writer's symbols the reader lacks. Symbols that all
/// enums of one name share, on both sides, do not change the answer, so they are taken out before large enums are
/// compared. What is still too much work then is refused: two large enums of one name with little in common.
final class AvroEnums {
  private static final int LARGE = 256;
  private static final long MAX_STEPS = 8_000_000;

  private final Map<String, Set<String>> common = new HashMap<>();
  private final IdentityHashMap<Schema, Schema> rewritten = new IdentityHashMap<>();

  record Pair(Schema reader, Schema writer) {}

  private AvroEnums() {}

  static Pair withoutCommonSymbols(Schema reader, Schema writer) {
    List<Schema> readers = enums(reader);
    List<Schema> writers = enums(writer);
    if (steps(readers, writers) <= LARGE * LARGE) {
      return new Pair(reader, writer);
    }
    var enums = new AvroEnums();
    if (readers.stream().noneMatch(each -> !each.getAliases().isEmpty())) {
      readers.forEach(enums::intersect);
      writers.forEach(enums::intersect);
      reader = enums.rewrite(reader);
      writer = enums.rewrite(writer);
    }
    if (steps(enums(reader), enums(writer)) > MAX_STEPS) {
      throw Refusal.tooLarge("comparing its enums with those of an older version takes too long");
    }
    return new Pair(reader, writer);
  }

  private static long steps(List<Schema> readers, List<Schema> writers) {
    Map<String, Long> symbolsByName = new HashMap<>();
    long all = 0;
    for (Schema each : writers) {
      symbolsByName.merge(each.getName(), (long) each.getEnumSymbols().size(), Long::sum);
      all += each.getEnumSymbols().size();
    }
    long steps = 0;
    for (Schema each : readers) {
      long others =
          each.getAliases().isEmpty() ? symbolsByName.getOrDefault(each.getName(), 0L) : all;
      steps += others * each.getEnumSymbols().size();
    }
    return steps;
  }

  private void intersect(Schema each) {
    Set<String> symbols = common.get(each.getName());
    if (symbols == null) {
      common.put(each.getName(), new HashSet<>(each.getEnumSymbols()));
    } else {
      symbols.retainAll(new HashSet<>(each.getEnumSymbols()));
    }
  }

  private Schema rewrite(Schema schema) {
    Schema known = rewritten.get(schema);
    if (known != null) {
      return known;
    }
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case ENUM -> keep(schema, smaller(schema));
      case ARRAY -> keep(schema, Schema.createArray(rewrite(schema.getElementType())));
      case MAP -> keep(schema, Schema.createMap(rewrite(schema.getValueType())));
      case UNION ->
          keep(schema, Schema.createUnion(schema.getTypes().stream().map(this::rewrite).toList()));
      default -> schema;
    };
  }

  private Schema keep(Schema from, Schema to) {
    rewritten.put(from, to);
    return to;
  }

  /// Defaults keep their presence, which is all the checker asks for; their values are not compared.
  private Schema record(Schema schema) {
    Schema record = Schema.createRecord(schema.getFullName(), null, null, schema.isError());
    schema.getAliases().forEach(record::addAlias);
    rewritten.put(schema, record);
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      fields.add(new Schema.Field(field, rewrite(field.schema())));
    }
    record.setFields(fields);
    return record;
  }

  private Schema smaller(Schema schema) {
    Set<String> shared = common.getOrDefault(schema.getName(), Set.of());
    String fallback = schema.getEnumDefault();
    List<String> symbols =
        schema.getEnumSymbols().stream()
            .filter(symbol -> !shared.contains(symbol) || symbol.equals(fallback))
            .toList();
    return Schema.createEnum(schema.getFullName(), null, null, symbols, fallback);
  }

  private static List<Schema> enums(Schema root) {
    List<Schema> found = new ArrayList<>();
    collect(root, found, Collections.newSetFromMap(new IdentityHashMap<>()));
    return found;
  }

  private static void collect(Schema schema, List<Schema> found, Set<Schema> seen) {
    if (!seen.add(schema)) {
      return;
    }
    switch (schema.getType()) {
      case RECORD -> schema.getFields().forEach(field -> collect(field.schema(), found, seen));
      case ENUM -> found.add(schema);
      case ARRAY -> collect(schema.getElementType(), found, seen);
      case MAP -> collect(schema.getValueType(), found, seen);
      case UNION -> schema.getTypes().forEach(branch -> collect(branch, found, seen));
      default -> {}
    }
  }
}
