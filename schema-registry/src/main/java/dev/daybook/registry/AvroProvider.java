package dev.daybook.registry;

import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/// Avro by its own parser. A new text must be strict (ASCII names, defaults that fit) and within the limits.
final class AvroProvider implements SchemaProvider {
  private final Limits limits;

  AvroProvider(Limits limits) {
    this.limits = limits;
  }

  @Override
  public String type() {
    return "AVRO";
  }

  @Override
  public ParsedSchema parse(String text, List<String> referenced, boolean proposed) {
    if (proposed) {
      AvroBounds.checkText(text, limits);
    }
    try {
      var parser = new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
      List<Schema> known = new ArrayList<>();
      for (String each : referenced) {
        known.add(parser.parse(each));
      }
      Schema schema = proposed ? strict(known).parse(text) : parser.parse(text);
      if (proposed) {
        AvroBounds.check(schema, limits);
      }
      return new AvroParsed(schema, known);
    } catch (AvroRuntimeException | IllegalStateException | ClassCastException e) {
      throw Refusal.invalidSchema(String.valueOf(e.getMessage()));
    } catch (StackOverflowError _) {
      throw Refusal.tooLarge("its types nest too deeply");
    }
  }

  private static Schema.Parser strict(List<Schema> known) {
    return new Schema.Parser(NameValidator.STRICT_VALIDATOR)
        .setValidateDefaults(true)
        .addTypes(known.stream().filter(AvroProvider::named).toList());
  }

  private static boolean named(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> true;
      default -> false;
    };
  }
}
