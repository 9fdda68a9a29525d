package dev.daybook.registry.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// A schema's default value, in Avro's JSON where it can say it, else as the base64 of its Avro encoding: not a
/// number and infinities have no JSON, and a default inside a union must be of its first branch.
final class Defaults {
  private Defaults() {}

  /// What Avro takes as a field's default, or null where it cannot say this value.
  static @Nullable Object json(org.apache.kafka.connect.data.Schema connect, Schema avro) {
    try {
      return json(avro, ConnectToAvroValue.convert(connect, avro, connect.defaultValue()));
    } catch (NotSayable _) {
      return null;
    }
  }

  static String text(org.apache.kafka.connect.data.Schema connect, Schema avro) {
    try {
      Object value = ConnectToAvroValue.convert(connect, avro, connect.defaultValue());
      return Base64.getEncoder()
          .encodeToString(AvroBody.encode(avro, Objects.requireNonNull(value)));
    } catch (IOException e) {
      throw new DataException("The default of schema " + connect + " cannot be encoded.", e);
    }
  }

  static Object parse(String text, Schema avro) {
    return AvroBody.decode(Base64.getDecoder().decode(text), 0, avro, AvroBody.RAW);
  }

  private static Object json(Schema avro, @Nullable Object value) throws NotSayable {
    return switch (value) {
      case null -> throw new NotSayable();
      case GenericRecord record -> record(record);
      case Map<?, ?> map -> map(avro, map);
      case List<?> list -> list(avro, list);
      case ByteBuffer buffer -> bytes(buffer);
      case GenericFixed fixed -> fixed.bytes();
      case Float number when !Float.isFinite(number) -> throw new NotSayable();
      case Double number when !Double.isFinite(number) -> throw new NotSayable();
      default -> avro.getType() == Schema.Type.ENUM ? value.toString() : value;
    };
  }

  private static Object record(GenericRecord record) throws NotSayable {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Schema.Field field : record.getSchema().getFields()) {
      json.put(field.name(), branch(field.schema(), record.get(field.pos())));
    }
    return json;
  }

  private static Object map(Schema avro, Map<?, ?> map) throws NotSayable {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      json.put(entry.getKey().toString(), branch(avro.getValueType(), entry.getValue()));
    }
    return json;
  }

  private static Object list(Schema avro, List<?> list) throws NotSayable {
    List<Object> json = new ArrayList<>();
    for (Object element : list) {
      json.add(branch(avro.getElementType(), element));
    }
    return json;
  }

  private static Object branch(Schema avro, @Nullable Object value) throws NotSayable {
    if (avro.getType() == Schema.Type.UNION) {
      throw new NotSayable();
    }
    return json(avro, value);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static final class NotSayable extends Exception {
    NotSayable() {
      super(null, null, false, false);
    }
  }
}
