package dev.daybook.registry.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// One translation of an Avro schema to Connect: the way back of [ConnectToAvroSchema], and the reading of schemas
/// that other producers wrote. What Connect has no word for is kept in parameters (an enum's name and symbols, a
/// fixed's size) or in a struct with one optional field per branch (a union of several types). Recursive schemas
/// have no Connect counterpart and are refused.
final class AvroToConnectSchema {
  private static final int DEFAULT_PRECISION = 64;

  private final Set<String> open = new HashSet<>();
  private final Map<String, org.apache.kafka.connect.data.Schema> records = new HashMap<>();

  private AvroToConnectSchema() {}

  static org.apache.kafka.connect.data.Schema translate(Schema avro) {
    return new AvroToConnectSchema().place(avro);
  }

  private org.apache.kafka.connect.data.Schema place(Schema avro) {
    Schema present = ConnectToAvroValue.present(avro);
    var type = type(present);
    String text = present.getProp(Props.DEFAULT);
    Object value =
        text == null
            ? null
            : AvroToConnectValue.convert(type, present, Defaults.parse(text, present));
    String doc = type.doc() == null ? present.getProp(Props.DOC) : type.doc();
    return with(type, optional(avro), value, doc);
  }

  private org.apache.kafka.connect.data.Schema type(Schema avro) {
    return switch (avro.getType()) {
      case INT -> described(intType(avro), avro);
      case LONG -> described(longType(avro), avro);
      case FLOAT -> described(SchemaBuilder.float32(), avro);
      case DOUBLE -> described(SchemaBuilder.float64(), avro);
      case BOOLEAN -> described(SchemaBuilder.bool(), avro);
      case STRING -> described(SchemaBuilder.string(), avro);
      case BYTES -> described(bytesType(avro), avro);
      case FIXED -> described(fixedType(avro), avro);
      case ENUM -> described(enumType(avro), avro);
      case ARRAY -> described(arrayType(avro), avro);
      case MAP ->
          described(
              SchemaBuilder.map(
                  org.apache.kafka.connect.data.Schema.STRING_SCHEMA, place(avro.getValueType())),
              avro);
      case RECORD -> record(avro);
      case UNION -> union(avro);
      case NULL -> throw new DataException("Connect has no type for a schema that is only 'null'.");
    };
  }

  private static SchemaBuilder intType(Schema avro) {
    String small = avro.getProp(Props.TYPE);
    if ("int8".equals(small)) {
      return SchemaBuilder.int8();
    }
    if ("int16".equals(small)) {
      return SchemaBuilder.int16();
    }
    if (avro.getProp(Props.NAME) == null) {
      if (avro.getLogicalType() instanceof LogicalTypes.Date) {
        return Date.builder();
      }
      if (avro.getLogicalType() instanceof LogicalTypes.TimeMillis) {
        return Time.builder();
      }
    }
    return SchemaBuilder.int32();
  }

  private static SchemaBuilder longType(Schema avro) {
    boolean timestamp =
        avro.getProp(Props.NAME) == null
            && avro.getLogicalType() instanceof LogicalTypes.TimestampMillis;
    return timestamp ? Timestamp.builder() : SchemaBuilder.int64();
  }

  private static SchemaBuilder bytesType(Schema avro) {
    if (avro.getProp(Props.NAME) == null
        && avro.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return decimal(decimal);
    }
    return SchemaBuilder.bytes();
  }

  private static SchemaBuilder fixedType(Schema avro) {
    SchemaBuilder builder = bytesType(avro);
    return builder
        .parameter(Props.FIXED_NAME, avro.getFullName())
        .parameter(Props.FIXED_SIZE, String.valueOf(avro.getFixedSize()));
  }

  private static SchemaBuilder decimal(LogicalTypes.Decimal decimal) {
    SchemaBuilder builder = Decimal.builder(decimal.getScale());
    if (decimal.getPrecision() != DEFAULT_PRECISION) {
      builder.parameter(Props.DECIMAL_PRECISION, String.valueOf(decimal.getPrecision()));
    }
    return builder;
  }

  private static SchemaBuilder enumType(Schema avro) {
    SchemaBuilder builder =
        SchemaBuilder.string()
            .parameter(Props.ENUM_NAME, avro.getFullName())
            .parameter(Props.ENUM_SYMBOLS, String.join(",", avro.getEnumSymbols()));
    if (avro.getEnumDefault() != null) {
      builder.parameter(Props.ENUM_DEFAULT, avro.getEnumDefault());
    }
    return builder;
  }

  private SchemaBuilder arrayType(Schema avro) {
    Schema element = avro.getElementType();
    if (Props.MAP_ENTRY.equals(element.getProp(Props.INTERNAL_TYPE))) {
      return SchemaBuilder.map(
          place(element.getField("key").schema()), place(element.getField("value").schema()));
    }
    return SchemaBuilder.array(place(element));
  }

  private org.apache.kafka.connect.data.Schema union(Schema avro) {
    SchemaBuilder builder = SchemaBuilder.struct().name(Props.UNION);
    for (Schema branch : avro.getTypes()) {
      if (branch.getType() != Schema.Type.NULL) {
        builder.field(branch.getFullName(), with(type(branch), true, null, null));
      }
    }
    return builder.build();
  }

  private org.apache.kafka.connect.data.Schema record(Schema avro) {
    var known = records.get(avro.getFullName());
    if (known != null) {
      return known;
    }
    if (!open.add(avro.getFullName())) {
      throw new DataException(
          "The Avro record "
              + avro.getFullName()
              + " contains itself; Connect has no such schemas.");
    }
    SchemaBuilder builder = SchemaBuilder.struct();
    if (!unnamed(avro)) {
      builder.name(avro.getFullName());
    }
    if (avro.getDoc() != null) {
      builder.doc(avro.getDoc());
    }
    for (Schema.Field field : avro.getFields()) {
      String name = field.getProp(Props.FIELD_NAME);
      builder.field(name == null ? field.name() : name, field(field));
    }
    var record = described(builder, avro);
    open.remove(avro.getFullName());
    records.put(avro.getFullName(), record);
    return record;
  }

  private static boolean unnamed(Schema avro) {
    return Props.NAMESPACE.equals(avro.getNamespace()) && avro.getName().startsWith(Props.UNNAMED);
  }

  private org.apache.kafka.connect.data.Schema field(Schema.Field field) {
    Schema present = ConnectToAvroValue.present(field.schema());
    var type = type(present);
    Object datum = defaultOf(field, present);
    Object value = datum == null ? null : AvroToConnectValue.convert(type, present, datum);
    boolean named = present.getType() == Schema.Type.RECORD;
    return with(type, optional(field.schema()), value, named ? type.doc() : field.doc());
  }

  private static @Nullable Object defaultOf(Schema.Field field, Schema present) {
    String text = field.getProp(Props.DEFAULT);
    if (text != null) {
      return Defaults.parse(text, present);
    }
    return field.hasDefaultValue() ? AvroBody.defaultOf(field) : null;
  }

  private static boolean optional(Schema avro) {
    return avro.getType() == Schema.Type.UNION
        && avro.getTypes().stream().anyMatch(b -> b.getType() == Schema.Type.NULL);
  }

  private static org.apache.kafka.connect.data.Schema described(
      SchemaBuilder builder, Schema avro) {
    String name = avro.getProp(Props.NAME);
    Object version = avro.getObjectProp(Props.VERSION);
    Map<String, String> parameters = new HashMap<>();
    if (builder.parameters() != null) {
      parameters.putAll(builder.parameters());
    }
    if (avro.getObjectProp(Props.PARAMETERS) instanceof Map<?, ?> kept) {
      kept.forEach((key, value) -> parameters.put(key.toString(), value.toString()));
    }
    var built = builder.build();
    return new ConnectSchema(
        built.type(),
        false,
        null,
        name == null ? built.name() : name,
        version instanceof Number number ? Integer.valueOf(number.intValue()) : built.version(),
        built.doc(),
        parameters.isEmpty() ? null : parameters,
        built.type() == org.apache.kafka.connect.data.Schema.Type.STRUCT
            ? new ArrayList<>(built.fields())
            : null,
        built.type() == org.apache.kafka.connect.data.Schema.Type.MAP ? built.keySchema() : null,
        hasValues(built) ? built.valueSchema() : null);
  }

  /// The same schema as one place uses it.
  private static org.apache.kafka.connect.data.Schema with(
      org.apache.kafka.connect.data.Schema type,
      boolean optional,
      @Nullable Object defaultValue,
      @Nullable String doc) {
    if (!optional && defaultValue == null && doc == null && type.doc() == null) {
      return type;
    }
    return new ConnectSchema(
        type.type(),
        optional,
        defaultValue,
        type.name(),
        type.version(),
        doc,
        type.parameters(),
        type.type() == org.apache.kafka.connect.data.Schema.Type.STRUCT ? type.fields() : null,
        type.type() == org.apache.kafka.connect.data.Schema.Type.MAP ? type.keySchema() : null,
        hasValues(type) ? type.valueSchema() : null);
  }

  private static boolean hasValues(org.apache.kafka.connect.data.Schema type) {
    return type.type() == org.apache.kafka.connect.data.Schema.Type.MAP
        || type.type() == org.apache.kafka.connect.data.Schema.Type.ARRAY;
  }
}
