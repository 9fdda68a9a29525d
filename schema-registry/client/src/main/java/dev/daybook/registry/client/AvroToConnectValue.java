package dev.daybook.registry.client;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.Nullable;

/// Turns an Avro value into the Connect value of the schema that [AvroToConnectSchema] made.
final class AvroToConnectValue {
  private AvroToConnectValue() {}

  static @Nullable Object convert(
      org.apache.kafka.connect.data.Schema connect, Schema avro, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    Schema present = ConnectToAvroValue.present(avro);
    return switch (connect.type()) {
      case INT8 -> ((Integer) value).byteValue();
      case INT16 -> ((Integer) value).shortValue();
      case INT32 -> int32(connect, (Integer) value);
      case INT64 ->
          Timestamp.LOGICAL_NAME.equals(connect.name())
              ? (Object) Timestamp.toLogical(connect, (Long) value)
              : value;
      case FLOAT32, FLOAT64, BOOLEAN -> value;
      case STRING -> value.toString();
      case BYTES -> bytes(connect, value);
      case ARRAY -> array(connect, present, (List<?>) value);
      case MAP -> map(connect, present, value);
      case STRUCT ->
          Props.UNION.equals(connect.name())
              ? union(connect, present, value)
              : struct(connect, (IndexedRecord) value);
    };
  }

  private static Object int32(org.apache.kafka.connect.data.Schema connect, Integer value) {
    if (Date.LOGICAL_NAME.equals(connect.name())) {
      return Date.toLogical(connect, value);
    }
    if (Time.LOGICAL_NAME.equals(connect.name())) {
      return Time.toLogical(connect, value);
    }
    return value;
  }

  private static Object bytes(org.apache.kafka.connect.data.Schema connect, Object value) {
    byte[] bytes;
    if (value instanceof GenericFixed fixed) {
      bytes = fixed.bytes();
    } else {
      ByteBuffer buffer = ((ByteBuffer) value).duplicate();
      bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
    }
    if (!Decimal.LOGICAL_NAME.equals(connect.name())) {
      return bytes;
    }
    int scale = Integer.parseInt(connect.parameters().get(Decimal.SCALE_FIELD));
    return new BigDecimal(new BigInteger(bytes), scale);
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
      org.apache.kafka.connect.data.Schema connect, Schema avro, Object value) {
    Map<@Nullable Object, @Nullable Object> converted = new HashMap<>();
    if (avro.getType() == Schema.Type.MAP) {
      ((Map<?, ?>) value)
          .forEach(
              (key, element) ->
                  converted.put(
                      key.toString(),
                      convert(connect.valueSchema(), avro.getValueType(), element)));
      return converted;
    }
    List<Schema.Field> entry = avro.getElementType().getFields();
    for (Object element : (List<?>) value) {
      var record = (GenericRecord) element;
      converted.put(
          convert(connect.keySchema(), entry.get(0).schema(), record.get(0)),
          convert(connect.valueSchema(), entry.get(1).schema(), record.get(1)));
    }
    return converted;
  }

  private static Object struct(org.apache.kafka.connect.data.Schema connect, IndexedRecord record) {
    List<Schema.Field> avro = record.getSchema().getFields();
    var struct = new Struct(connect);
    for (Field field : connect.fields()) {
      int index = field.index();
      struct.put(field, convert(field.schema(), avro.get(index).schema(), record.get(index)));
    }
    return struct;
  }

  private static Object union(
      org.apache.kafka.connect.data.Schema connect, Schema avro, Object value) {
    Schema branch = avro.getTypes().get(GenericData.get().resolveUnion(avro, value));
    Field field = connect.field(branch.getFullName());
    return new Struct(connect).put(field, convert(field.schema(), branch, value));
  }
}
