package dev.daybook.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.apache.avro.Schema;

/// Holds a proposed Avro schema to the [Limits]: the text before it is parsed, then what it says. One walk counts.
final class AvroBounds {
  private static final JsonFactory JSON = new JsonFactory();

  /// A record in a union in an array takes this many JSON levels for one level of types.
  private static final int JSON_LEVELS_PER_TYPE = 5;

  /// Comparing two unions tries every branch with every branch, at some 20 µs a pair. This lets 2,500 nullable
  /// fields pass, more than a table has columns.
  private static final int MAX_UNION_PAIRS = 10_000;

  private final Limits limits;
  private final Set<Schema> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private int fields;
  private int symbols;
  private long unionPairs;

  private AvroBounds(Limits limits) {
    this.limits = limits;
  }

  static void checkText(String text, Limits limits) {
    int maxDepth = limits.maxNesting() * JSON_LEVELS_PER_TYPE;
    int depth = 0;
    try (JsonParser parser = JSON.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > maxDepth) {
          throw Refusal.tooLarge("its types nest deeper than " + limits.maxNesting() + " levels");
        }
      }
    } catch (IOException _) {
      throw Refusal.invalidSchema("it is not JSON");
    }
  }

  static void check(Schema schema, Limits limits) {
    new AvroBounds(limits).walk(schema, 1);
  }

  private void walk(Schema schema, int level) {
    if (level > limits.maxNesting()) {
      throw Refusal.tooLarge("its types nest deeper than " + limits.maxNesting() + " levels");
    }
    if (!seen.add(schema)) {
      return;
    }
    switch (schema.getType()) {
      case RECORD -> {
        fields += schema.getFields().size();
        refuseIf(fields > limits.maxFields(), "more than " + limits.maxFields() + " fields");
        schema.getFields().forEach(field -> walk(field.schema(), level + 1));
      }
      case ENUM -> {
        symbols += schema.getEnumSymbols().size();
        refuseIf(
            symbols > limits.maxEnumSymbols(),
            "more than " + limits.maxEnumSymbols() + " enum symbols");
      }
      case UNION -> {
        long branches = schema.getTypes().size();
        unionPairs += branches * branches;
        refuseIf(unionPairs > MAX_UNION_PAIRS, "unions with too many branches");
        schema.getTypes().forEach(branch -> walk(branch, level));
      }
      case ARRAY -> walk(schema.getElementType(), level + 1);
      case MAP -> walk(schema.getValueType(), level + 1);
      default -> {}
    }
  }

  private static void refuseIf(boolean tooMuch, String what) {
    if (tooMuch) {
      throw Refusal.tooLarge("it has " + what);
    }
  }
}
