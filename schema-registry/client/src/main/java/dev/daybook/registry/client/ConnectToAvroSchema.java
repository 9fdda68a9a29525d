package dev.daybook.registry.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// One translation of a Connect schema to Avro. What Avro has no word for (Connect's small integers, schema names of
/// plain types, versions, parameters, odd field names) rides in `connect.*` properties, so that
/// [AvroToConnectSchema] gives back an equal schema. An optional type is a union with null; a field's default is
/// Avro's default, or `connect.default` where Avro cannot say it.
///
/// Connect structs may be named or not, and one name may be met again. The same struct is defined once and then
/// referred to; another struct under a name already taken gets a number. Structs without a name are named by the
/// path to them, so that a field added beside them does not rename them.
final class ConnectToAvroSchema {
  private static final int DEFAULT_PRECISION = 64;

  private final Map<String, List<Definition>> definitions = new HashMap<>();
  private final Set<String> takenNames = new HashSet<>();

  private record Definition(org.apache.kafka.connect.data.Schema connect, Schema avro) {}

  private ConnectToAvroSchema() {}

  static Schema translate(org.apache.kafka.connect.data.Schema connect) {
    return new ConnectToAvroSchema().place(connect, "");
  }

  /// A schema anywhere but directly in a field: its default and doc stand in its own properties.
  private Schema place(org.apache.kafka.connect.data.Schema connect, String path) {
    Schema type = type(connect, path);
    if (connect.doc() != null && type.getType() != Schema.Type.RECORD) {
      set(type, Props.DOC, connect.doc());
    }
    if (connect.defaultValue() != null && type.getType() != Schema.Type.UNION) {
      set(type, Props.DEFAULT, Defaults.text(connect, type));
    }
    return connect.isOptional() ? nullable(type, true) : type;
  }

  private Schema type(org.apache.kafka.connect.data.Schema connect, String path) {
    return switch (connect.type()) {
      case INT8, INT16 -> {
        Schema type = Schema.create(Schema.Type.INT);
        type.addProp(Props.TYPE, connect.type().getName());
        yield described(type, connect);
      }
      case INT32 -> int32(connect);
      case INT64 -> int64(connect);
      case FLOAT32 -> described(Schema.create(Schema.Type.FLOAT), connect);
      case FLOAT64 -> described(Schema.create(Schema.Type.DOUBLE), connect);
      case BOOLEAN -> described(Schema.create(Schema.Type.BOOLEAN), connect);
      case STRING -> string(connect);
      case BYTES -> bytes(connect);
      case ARRAY -> described(Schema.createArray(place(connect.valueSchema(), path)), connect);
      case MAP -> map(connect, path);
      case STRUCT -> struct(connect, path);
    };
  }

  private static Schema int32(org.apache.kafka.connect.data.Schema connect) {
    Schema type = Schema.create(Schema.Type.INT);
    if (Date.LOGICAL_NAME.equals(connect.name())) {
      LogicalTypes.date().addToSchema(type);
    } else if (Time.LOGICAL_NAME.equals(connect.name())) {
      LogicalTypes.timeMillis().addToSchema(type);
    }
    return described(type, connect);
  }

  private static Schema int64(org.apache.kafka.connect.data.Schema connect) {
    Schema type = Schema.create(Schema.Type.LONG);
    if (Timestamp.LOGICAL_NAME.equals(connect.name())) {
      LogicalTypes.timestampMillis().addToSchema(type);
    }
    return described(type, connect);
  }

  private Schema string(org.apache.kafka.connect.data.Schema connect) {
    String enumName = parameter(connect, Props.ENUM_NAME);
    if (enumName == null) {
      return described(Schema.create(Schema.Type.STRING), connect);
    }
    return named(
        enumName,
        connect,
        name ->
            Schema.createEnum(
                name,
                null,
                null,
                Arrays.asList(
                    Objects.requireNonNullElse(parameter(connect, Props.ENUM_SYMBOLS), "")
                        .split(",")),
                parameter(connect, Props.ENUM_DEFAULT)));
  }

  private Schema bytes(org.apache.kafka.connect.data.Schema connect) {
    String fixedName = parameter(connect, Props.FIXED_NAME);
    if (fixedName != null) {
      int size =
          Integer.parseInt(Objects.requireNonNullElse(parameter(connect, Props.FIXED_SIZE), "0"));
      return named(fixedName, connect, name -> Schema.createFixed(name, null, null, size));
    }
    Schema type = Schema.create(Schema.Type.BYTES);
    if (Decimal.LOGICAL_NAME.equals(connect.name())) {
      addDecimal(type, connect);
    }
    return described(type, connect);
  }

  /// Avro's decimal needs 0 <= scale <= precision. A scale outside stays in `connect.parameters` alone.
  private static void addDecimal(Schema type, org.apache.kafka.connect.data.Schema connect) {
    String scaleText = parameter(connect, Decimal.SCALE_FIELD);
    if (scaleText == null) {
      throw new DataException("A Decimal schema without the parameter 'scale' cannot be written.");
    }
    int scale = Integer.parseInt(scaleText);
    String precisionText = parameter(connect, Props.DECIMAL_PRECISION);
    int precision =
        precisionText == null
            ? Math.max(DEFAULT_PRECISION, scale)
            : Integer.parseInt(precisionText);
    if (scale >= 0 && scale <= precision) {
      LogicalTypes.decimal(precision, scale).addToSchema(type);
    }
  }

  private Schema map(org.apache.kafka.connect.data.Schema connect, String path) {
    var key = connect.keySchema();
    if (plainString(key)) {
      return described(Schema.createMap(place(connect.valueSchema(), path)), connect);
    }
    String name = Props.NAMESPACE + "." + Props.MAP_ENTRY + (path.isEmpty() ? "" : "_" + path);
    Schema entry = Schema.createRecord(AvroNames.free(name, takenNames), null, null, false);
    entry.addProp(Props.INTERNAL_TYPE, Props.MAP_ENTRY);
    entry.setFields(
        List.of(
            new Schema.Field("key", place(key, join(path, "key"))),
            new Schema.Field("value", place(connect.valueSchema(), join(path, "value")))));
    return described(Schema.createArray(entry), connect);
  }

  private static boolean plainString(org.apache.kafka.connect.data.Schema key) {
    return key.type() == org.apache.kafka.connect.data.Schema.Type.STRING
        && !key.isOptional()
        && key.name() == null
        && key.parameters() == null
        && key.version() == null
        && key.doc() == null
        && key.defaultValue() == null;
  }

  private Schema struct(org.apache.kafka.connect.data.Schema connect, String path) {
    if (Props.UNION.equals(connect.name())) {
      return union(connect, path);
    }
    String wanted =
        connect.name() == null
            ? Props.NAMESPACE + "." + Props.UNNAMED + (path.isEmpty() ? "" : "_" + path)
            : AvroNames.fullName(connect.name());
    return named(
        wanted,
        connect,
        name -> {
          Schema record = Schema.createRecord(name, connect.doc(), null, false);
          record.setFields(fields(connect, path));
          return record;
        });
  }

  private Schema union(org.apache.kafka.connect.data.Schema connect, String path) {
    List<Schema> branches = new ArrayList<>();
    for (Field branch : connect.fields()) {
      branches.add(type(branch.schema(), join(path, AvroNames.simpleName(branch.name()))));
    }
    return Schema.createUnion(branches);
  }

  private List<Schema.Field> fields(org.apache.kafka.connect.data.Schema connect, String path) {
    List<String> names = AvroNames.fieldNames(connect.fields().stream().map(Field::name).toList());
    List<Schema.Field> fields = new ArrayList<>();
    for (Field field : connect.fields()) {
      String name = names.get(field.index());
      Schema.Field avro = field(name, field.schema(), join(path, name));
      if (!name.equals(field.name())) {
        avro.addProp(Props.FIELD_NAME, field.name());
      }
      fields.add(avro);
    }
    return fields;
  }

  private Schema.Field field(
      String name, org.apache.kafka.connect.data.Schema connect, String path) {
    Schema type = type(connect, path);
    String doc = type.getType() == Schema.Type.RECORD ? null : connect.doc();
    Object value = connect.defaultValue();
    Object json = value == null ? null : Defaults.json(connect, type);
    if (json != null) {
      Schema union = connect.isOptional() ? nullable(type, false) : type;
      return new Schema.Field(name, union, doc, json);
    }
    Schema.Field field =
        connect.isOptional()
            ? new Schema.Field(name, nullable(type, true), doc, JsonProperties.NULL_VALUE)
            : new Schema.Field(name, type, doc);
    if (value != null) {
      field.addProp(Props.DEFAULT, Defaults.text(connect, type));
    }
    return field;
  }

  private static Schema nullable(Schema type, boolean nullFirst) {
    List<Schema> branches = new ArrayList<>();
    if (type.getType() == Schema.Type.UNION) {
      branches.addAll(type.getTypes());
    } else {
      branches.add(type);
    }
    branches.add(nullFirst ? 0 : branches.size(), Schema.create(Schema.Type.NULL));
    return Schema.createUnion(branches);
  }

  private interface Definer {
    Schema define(String name);
  }

  /// Defines a named type, or refers to the same one defined before.
  private Schema named(
      String wanted, org.apache.kafka.connect.data.Schema connect, Definer definer) {
    List<Definition> before = definitions.computeIfAbsent(wanted, _ -> new ArrayList<>());
    for (Definition definition : before) {
      if (same(definition.connect(), connect)) {
        return definition.avro();
      }
    }
    Schema avro = described(definer.define(AvroNames.free(wanted, takenNames)), connect);
    before.add(new Definition(connect, avro));
    return avro;
  }

  /// The same but for what a field says about it: whether it is optional, its default, its doc.
  private static boolean same(
      org.apache.kafka.connect.data.Schema a, org.apache.kafka.connect.data.Schema b) {
    boolean struct = a.type() == org.apache.kafka.connect.data.Schema.Type.STRUCT;
    return a.type() == b.type()
        && Objects.equals(a.name(), b.name())
        && Objects.equals(a.version(), b.version())
        && Objects.equals(a.parameters(), b.parameters())
        && (!struct || a.fields().equals(b.fields()));
  }

  private static Schema described(Schema type, org.apache.kafka.connect.data.Schema connect) {
    if (connect.name() != null) {
      set(type, Props.NAME, connect.name());
    }
    if (connect.version() != null) {
      set(type, Props.VERSION, connect.version());
    }
    if (connect.parameters() != null && !connect.parameters().isEmpty()) {
      set(type, Props.PARAMETERS, connect.parameters());
    }
    return type;
  }

  /// A property of a named type is set by its first use; later uses say the same.
  private static void set(Schema type, String property, Object value) {
    if (type.getObjectProp(property) == null) {
      type.addProp(property, value);
    }
  }

  private static @Nullable String parameter(
      org.apache.kafka.connect.data.Schema connect, String name) {
    return connect.parameters() == null ? null : connect.parameters().get(name);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "_" + name;
  }
}
