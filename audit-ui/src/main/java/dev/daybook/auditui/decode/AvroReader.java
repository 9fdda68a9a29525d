package dev.daybook.auditui.decode;

import dev.daybook.auditui.value.Value;
import dev.daybook.auditui.value.Value.Field;
import dev.daybook.auditui.value.Value.Scalar;
import dev.daybook.auditui.value.Value.Struct;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/// Reads one datum by its writer's schema, without resolution: an auditor sees what was written.
/// Our own walk and not Avro's GenericDatumReader, because that one allocates by announced lengths
/// and recurses without a bound, and hands numbers out as boxes we would turn into text anyway.
final class AvroReader {
  private static final int DEEPEST = 400;
  private static final int MOST_VALUES = 500_000;

  private final AvroInput in;
  private int values;

  private AvroReader(AvroInput in) {
    this.in = in;
  }

  static Value read(Schema schema, byte[] bytes, int from) throws Undecodable {
    var in = new AvroInput(bytes, from);
    var value = new AvroReader(in).read(schema, 0);
    if (in.remaining() > 0) {
      throw new Undecodable(in.remaining() + " bytes are left over after the last field");
    }
    return value;
  }

  private Value read(Schema schema, int depth) throws Undecodable {
    if (depth > DEEPEST) {
      throw new Undecodable("it is nested deeper than " + DEEPEST + " levels");
    }
    if (++values > MOST_VALUES) {
      throw new Undecodable("it holds more than " + MOST_VALUES + " values");
    }
    return switch (schema.getType()) {
      case NULL -> new Value.Nil();
      case BOOLEAN -> new Scalar("boolean", Boolean.toString(in.readBoolean()));
      case INT -> AvroScalars.integer(schema, in.readInt());
      case LONG -> AvroScalars.integer(schema, in.readLong());
      case FLOAT -> new Scalar("float", Float.toString(in.readFloat()));
      case DOUBLE -> new Scalar("double", Double.toString(in.readDouble()));
      case STRING -> new Scalar(AvroScalars.typeName(schema), in.readString());
      case BYTES -> AvroScalars.bytes(schema, in.readBytes());
      case FIXED -> AvroScalars.bytes(schema, in.readFixed(schema.getFixedSize()));
      case ENUM -> symbol(schema);
      case UNION -> read(branch(schema), depth + 1);
      case ARRAY -> items(schema, depth);
      case MAP -> entries(schema, depth);
      case RECORD -> fields(schema, depth);
    };
  }

  private Value symbol(Schema schema) throws Undecodable {
    return new Scalar("enum", choice(schema.getEnumSymbols(), "symbol"));
  }

  private Schema branch(Schema union) throws Undecodable {
    return choice(union.getTypes(), "branch");
  }

  private <T> T choice(List<T> choices, String noun) throws Undecodable {
    int index = in.readInt();
    if (index < 0 || index >= choices.size()) {
      throw new Undecodable(
          "%s %d is asked for and the schema has %d".formatted(noun, index, choices.size()));
    }
    return choices.get(index);
  }

  private Value items(Schema schema, int depth) throws Undecodable {
    var items = new ArrayList<Value>();
    for (long count = blockCount(); count > 0; count = blockCount()) {
      for (long i = 0; i < count; i++) {
        items.add(read(schema.getElementType(), depth + 1));
      }
    }
    return new Value.Sequence(items);
  }

  private Value entries(Schema schema, int depth) throws Undecodable {
    var entries = new ArrayList<Field>();
    for (long count = blockCount(); count > 0; count = blockCount()) {
      for (long i = 0; i < count; i++) {
        entries.add(new Field(in.readString(), read(schema.getValueType(), depth + 1)));
      }
    }
    return new Struct("map", Optional.empty(), entries);
  }

  /// A block with its size in bytes has a negative count, and the size follows.
  private long blockCount() throws Undecodable {
    long count = in.readLong();
    if (count >= 0) {
      return count;
    }
    in.readLong();
    return count == Long.MIN_VALUE ? Long.MAX_VALUE : -count;
  }

  private Value fields(Schema schema, int depth) throws Undecodable {
    var fields = new ArrayList<Field>(schema.getFields().size());
    for (var field : schema.getFields()) {
      fields.add(new Field(field.name(), read(field.schema(), depth + 1)));
    }
    var struct = new Struct("record", Optional.of(schema.getFullName()), fields);
    return AvroScalars.variableScaleDecimal(schema, struct);
  }
}
