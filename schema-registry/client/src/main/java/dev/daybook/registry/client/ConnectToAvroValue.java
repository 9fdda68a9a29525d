package dev.daybook.registry.client;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// Turns a Connect value into the Avro value of the schema that [ConnectToAvroSchema] made. Null stays null where
/// the schema is optional, whatever its default says: a null in a database is a fact.
final class ConnectToAvroValue {
  private ConnectToAvroValue() {}

  static @Nullable Object convert(
      org.apache.kafka.connect.data.Schema connect, Schema avro, @Nullable Object value) {
    if (value == null) {
      return absent(connect, avro);
    }
    try {
      return present(connect, present(avro), value);
    } catch (ClassCastException | ArithmeticException e) {
      throw new DataException(
          "A value of "
              + value.getClass().getName()
              + " does not fit its schema "
              + describe(connect)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /// A required field without a value takes its default, as Connect's own validation lets it.
  private static @Nullable Object absent(
      org.apache.kafka.connect.data.Schema connect, Schema avro) {
    if (connect.isOptional()) {
      return null;
    }
    if (connect.defaultValue() == null) {
      throw new DataException(
          "A value is missing where schema "
              + describe(connect)
              + " is neither optional nor has a default.");
    }
    return convert(connect, avro, connect.defaultValue());
  }

  private static Object present(
      org.apache.kafka.connect.data.Schema connect, Schema avro, Object value) {
    return switch (connect.type()) {
      case INT8, INT16 -> ((Number) value).intValue();
      case INT32 -> int32(connect, value);
      case INT64 ->
          Timestamp.LOGICAL_NAME.equals(connect.name())
              ? (Object) Timestamp.fromLogical(connect, (java.util.Date) value)
              : (Long) value;
      case FLOAT32 -> (Float) value;
      case FLOAT64 -> (Double) value;
      case BOOLEAN -> (Boolean) value;
      case STRING -> string(avro, value);
      case BYTES -> bytes(connect, avro, value);
      case ARRAY -> array(connect, avro, (List<?>) value);
      case MAP -> map(connect, avro, (Map<?, ?>) value);
      case STRUCT -> struct(connect, avro, (Struct) value);
    };
  }

  private static Object int32(org.apache.kafka.connect.data.Schema connect, Object value) {
    if (Date.LOGICAL_NAME.equals(connect.name())) {
      return Date.fromLogical(connect, (java.util.Date) value);
    }
    if (Time.LOGICAL_NAME.equals(connect.name())) {
      return Time.fromLogical(connect, (java.util.Date) value);
    }
    return (Integer) value;
  }

  private static Object string(Schema avro, Object value) {
    String text = (String) value;
    return avro.getType() == Schema.Type.ENUM ? new GenericData.EnumSymbol(avro, text) : text;
  }

  private static Object bytes(
      org.apache.kafka.connect.data.Schema connect, Schema avro, Object value) {
    if (Decimal.LOGICAL_NAME.equals(connect.name())) {
      byte[] unscaled = decimal(connect, (BigDecimal) value);
      return avro.getType() == Schema.Type.FIXED
          ? new GenericData.Fixed(avro, signExtended(unscaled, avro.getFixedSize()))
          : ByteBuffer.wrap(unscaled);
    }
    ByteBuffer buffer =
        value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : ((ByteBuffer) value).duplicate();
    if (avro.getType() == Schema.Type.FIXED) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return new GenericData.Fixed(avro, bytes);
    }
    return buffer;
  }

  /// A smaller scale is widened, which loses nothing; digits that would be lost, or that the declared precision has
  /// no room for, are refused.
  private static byte[] decimal(org.apache.kafka.connect.data.Schema connect, BigDecimal value) {
    int scale = Integer.parseInt(connect.parameters().get(Decimal.SCALE_FIELD));
    BigDecimal exact = value.setScale(scale, RoundingMode.UNNECESSARY);
    String precision = connect.parameters().get(Props.DECIMAL_PRECISION);
    if (precision != null && exact.precision() > Integer.parseInt(precision)) {
      throw new DataException(
          "The number " + value + " needs more than the " + precision + " digits of its schema.");
    }
    return exact.unscaledValue().toByteArray();
  }

  private static byte[] signExtended(byte[] number, int size) {
    if (number.length > size) {
      throw new DataException(
          "A number of " + number.length + " bytes does not fit a fixed of " + size + " bytes.");
    }
    byte[] extended = new byte[size];
    Arrays.fill(extended, 0, size - number.length, (byte) (number[0] >> 7));
    System.arraycopy(number, 0, extended, size - number.length, number.length);
    return extended;
  }

  private static Object array(
      org.apache.kafka.connect.data.Schema connect, Schema avro, List<?> values) {
    List<@Nullable Object> converted = new ArrayList<>(values.size());
    for (Object value : values) {
      converted.add(convert(connect.valueSchema(), avro.getElementType(), value));
    }
    return converted;
  }

  private static Object map(
      org.apache.kafka.connect.data.Schema connect, Schema avro, Map<?, ?> values) {
    if (avro.getType() == Schema.Type.MAP) {
      Map<Object, @Nullable Object> converted = HashMap.newHashMap(values.size());
      values.forEach(
          (key, value) ->
              converted.put(
                  (String) key, convert(connect.valueSchema(), avro.getValueType(), value)));
      return converted;
    }
    Schema entry = avro.getElementType();
    List<Object> converted = new ArrayList<>(values.size());
    values.forEach(
        (key, value) -> {
          var record = new GenericData.Record(entry);
          record.put(0, convert(connect.keySchema(), entry.getFields().get(0).schema(), key));
          record.put(1, convert(connect.valueSchema(), entry.getFields().get(1).schema(), value));
          converted.add(record);
        });
    return converted;
  }

  private static Object struct(
      org.apache.kafka.connect.data.Schema connect, Schema avro, Struct struct) {
    if (Props.UNION.equals(connect.name())) {
      return union(connect, avro, struct);
    }
    List<Field> fields = connect.fields();
    if (!struct.schema().fields().equals(fields)) {
      throw new DataException(
          "A struct of schema "
              + describe(struct.schema())
              + " stands where "
              + describe(connect)
              + " is expected.");
    }
    var record = new GenericData.Record(avro);
    for (Field field : fields) {
      Object value = struct.getWithoutDefault(field.name());
      try {
        record.put(
            field.index(),
            convert(field.schema(), avro.getFields().get(field.index()).schema(), value));
      } catch (DataException e) {
        throw new DataException("Field '" + field.name() + "': " + e.getMessage(), e);
      }
    }
    return record;
  }

  private static Object union(
      org.apache.kafka.connect.data.Schema connect, Schema avro, Struct struct) {
    List<Schema> branches =
        avro.getType() == Schema.Type.UNION
            ? avro.getTypes().stream().filter(b -> b.getType() != Schema.Type.NULL).toList()
            : List.of(avro);
    for (Field field : connect.fields()) {
      Object value = struct.getWithoutDefault(field.name());
      if (value != null) {
        return present(field.schema(), branches.get(field.index()), value);
      }
    }
    throw new DataException("A union value has no branch set.");
  }

  /// The type behind an optional one; a true union stays as it is.
  static Schema present(Schema avro) {
    if (avro.getType() != Schema.Type.UNION) {
      return avro;
    }
    List<Schema> others =
        avro.getTypes().stream().filter(b -> b.getType() != Schema.Type.NULL).toList();
    return others.size() == 1 ? others.get(0) : avro;
  }

  static String describe(org.apache.kafka.connect.data.Schema connect) {
    return connect.name() == null
        ? connect.type().getName()
        : connect.type().getName() + " '" + connect.name() + "'";
  }
}
