package dev.daybook.registry.client;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Conversions;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.generic.GenericContainer;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// The Avro part of a payload, behind the header: from a value to bytes and back. Strings come back as
/// `java.lang.String`, never as Avro's own text type.
final class AvroBody {
  /// Avro's raw Java types: a decimal is a ByteBuffer, a date an Integer.
  static final GenericData RAW = new GenericData();

  /// Java's own types: BigDecimal, LocalDate, Instant.
  static final GenericData CONVERTED = withConversions(new GenericData());

  private static final SpecificData SPECIFIC = withConversions(new SpecificData());

  private AvroBody() {}

  /// The schema that a value carries, or the one that its Java type stands for.
  static Schema schemaOf(Object value) {
    return switch (value) {
      case GenericContainer container -> container.getSchema();
      case CharSequence _ -> Schema.create(Schema.Type.STRING);
      case Boolean _ -> Schema.create(Schema.Type.BOOLEAN);
      case Integer _ -> Schema.create(Schema.Type.INT);
      case Long _ -> Schema.create(Schema.Type.LONG);
      case Float _ -> Schema.create(Schema.Type.FLOAT);
      case Double _ -> Schema.create(Schema.Type.DOUBLE);
      case byte[] _ -> Schema.create(Schema.Type.BYTES);
      case ByteBuffer _ -> Schema.create(Schema.Type.BYTES);
      default ->
          throw new SerializationException(
              "A "
                  + value.getClass().getName()
                  + " carries no Avro schema. Give an Avro record, a string, a number, a boolean or bytes.");
    };
  }

  static byte[] frame(int schemaId, Schema schema, Object value) {
    var out = new ByteArrayOutputStream(256);
    out.writeBytes(WireFormat.header(schemaId));
    try {
      write(schema, value, out);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "Cannot encode the value with schema " + name(schema) + ": " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  static byte[] encode(Schema schema, Object value) throws IOException {
    var out = new ByteArrayOutputStream(64);
    write(schema, value, out);
    return out.toByteArray();
  }

  private static void write(Schema schema, Object value, ByteArrayOutputStream out)
      throws IOException {
    if (schema.getType() == Schema.Type.BYTES) {
      out.writeBytes(value instanceof ByteBuffer buffer ? copy(buffer) : (byte[]) value);
      return;
    }
    var encoder = EncoderFactory.get().directBinaryEncoder(out, null);
    var writer =
        value instanceof SpecificRecord
            ? new SpecificDatumWriter<Object>(schema, SPECIFIC)
            : new GenericDatumWriter<Object>(schema, CONVERTED);
    writer.write(value, encoder);
    encoder.flush();
  }

  static @Nullable Object defaultOf(Schema.Field field) {
    return RAW.getDefaultValue(field);
  }

  /// Decodes the bytes behind the header; every byte must belong to the value.
  static Object decode(byte[] payload, int from, Schema writer, GenericData data) {
    return decode(payload, from, writer, writer, data);
  }

  static Object decode(byte[] payload, int from, Schema writer, Schema reader, GenericData data) {
    int length = payload.length - from;
    if (writer.getType() == Schema.Type.BYTES) {
      return ByteBuffer.wrap(payload, from, length).slice();
    }
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(payload, from, length, null);
      Object value = new StringReader(writer, reader, data).read(null, decoder);
      if (!decoder.isEnd()) {
        throw new SerializationException(
            "Bytes are left over after the value of schema " + name(writer) + ".");
      }
      return value;
    } catch (IOException
        | AvroRuntimeException
        | StackOverflowError
        | IndexOutOfBoundsException e) {
      throw new SerializationException(
          "The payload does not decode as its schema " + name(writer) + " says: " + e, e);
    }
  }

  private static String name(Schema schema) {
    return schema.getType() == Schema.Type.UNION ? "union" : schema.getFullName();
  }

  private static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static <D extends GenericData> D withConversions(D data) {
    data.addLogicalTypeConversion(new Conversions.DecimalConversion());
    data.addLogicalTypeConversion(new Conversions.UUIDConversion());
    data.addLogicalTypeConversion(new TimeConversions.DateConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimeMillisConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimeMicrosConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimestampMicrosConversion());
    data.addLogicalTypeConversion(new TimeConversions.TimestampNanosConversion());
    data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMillisConversion());
    data.addLogicalTypeConversion(new TimeConversions.LocalTimestampMicrosConversion());
    data.addLogicalTypeConversion(new TimeConversions.LocalTimestampNanosConversion());
    data.setFastReaderEnabled(false);
    return data;
  }

  static {
    // Avro's fast reader would pass by the override below.
    RAW.setFastReaderEnabled(false);
  }

  private static final class StringReader extends GenericDatumReader<Object> {
    StringReader(Schema writer, Schema reader, GenericData data) {
      super(writer, reader, data);
    }

    @Override
    protected Class<?> findStringClass(@Nullable Schema schema) {
      return String.class;
    }
  }
}
