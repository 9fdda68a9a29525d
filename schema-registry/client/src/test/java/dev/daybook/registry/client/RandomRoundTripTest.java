package dev.daybook.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.NameValidator;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/// Random Connect schemas and values through Avro text and Avro bytes and back. A failure prints its seed; put it in
/// `-Ddaybook.seed` to see it again.
@NullUnmarked
class RandomRoundTripTest {
  private static final int ROUNDS = 400;

  @Test
  void whateverConnectCanSayComesBack() throws Exception {
    Long fixed = Long.getLong("daybook.seed");
    long first = fixed == null ? 1 : fixed;
    for (int round = 0; round < (fixed == null ? ROUNDS : 1); round++) {
      long seed = first + round;
      try {
        roundTrip(new Random(seed));
      } catch (Exception | AssertionError e) {
        throw new AssertionError("daybook.seed=" + seed, e);
      }
    }
  }

  private static void roundTrip(Random random) throws Exception {
    Schema schema = struct(random, 0).build();
    var avro = ConnectToAvroSchema.translate(schema);
    var parsed =
        new org.apache.avro.Schema.Parser(NameValidator.STRICT_VALIDATOR).parse(avro.toString());
    assertEquals(avro.toString(), parsed.toString());
    Schema back = AvroToConnectSchema.translate(parsed);
    assertEquals(schema, back);
    Object value = value(random, schema);
    byte[] bytes = AvroBody.encode(avro, ConnectToAvroValue.convert(schema, avro, value));
    Object datum = AvroBody.decode(bytes, 0, parsed, AvroBody.RAW);
    assertEquals(value, AvroToConnectValue.convert(back, parsed, datum));
  }

  private static SchemaBuilder struct(Random random, int depth) {
    SchemaBuilder builder = SchemaBuilder.struct();
    if (random.nextBoolean()) {
      builder.name("ns-" + random.nextInt(3) + ".Name" + random.nextInt(1000));
    }
    int fields = random.nextInt(6);
    for (int i = 0; i < fields; i++) {
      builder.field("f" + (random.nextInt(4) == 0 ? "-" : "_") + i, place(random, depth + 1));
    }
    return builder;
  }

  private static Schema place(Random random, int depth) {
    SchemaBuilder builder = type(random, depth);
    if (random.nextInt(5) == 0) {
      builder.doc("doc " + random.nextInt(100));
    }
    if (random.nextInt(8) == 0 && builder.name() == null) {
      builder
          .name("odd name/" + random.nextInt())
          .version(random.nextInt(9))
          .parameter("p", "\u00e4");
    }
    if (random.nextInt(3) == 0) {
      builder.optional();
    }
    boolean plain = builder.type().isPrimitive() && builder.type() != Schema.Type.BYTES;
    if (random.nextInt(3) == 0 && plain && builder.name() == null) {
      builder.defaultValue(required(random, builder));
    }
    return builder.build();
  }

  private static SchemaBuilder type(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 12 : 16)) {
      case 0 -> SchemaBuilder.int8();
      case 1 -> SchemaBuilder.int16();
      case 2 -> SchemaBuilder.int32();
      case 3 -> SchemaBuilder.int64();
      case 4 -> SchemaBuilder.float32();
      case 5 -> SchemaBuilder.float64();
      case 6 -> SchemaBuilder.bool();
      case 7 -> SchemaBuilder.string();
      case 8 -> SchemaBuilder.bytes();
      case 9 -> Decimal.builder(random.nextInt(12));
      case 10 -> Date.builder();
      case 11 -> Timestamp.builder();
      case 12 -> SchemaBuilder.array(place(random, depth + 1));
      case 13 -> SchemaBuilder.map(Schema.STRING_SCHEMA, place(random, depth + 1));
      case 14 -> SchemaBuilder.map(Schema.INT64_SCHEMA, place(random, depth + 1));
      default -> struct(random, depth + 1);
    };
  }

  private static Object value(Random random, Schema schema) {
    return schema.isOptional() && random.nextInt(3) == 0 ? null : required(random, schema);
  }

  private static Object required(Random random, Schema schema) {
    return switch (schema.type()) {
      case INT8 -> (byte) random.nextInt();
      case INT16 -> (short) random.nextInt();
      case INT32 ->
          Date.LOGICAL_NAME.equals(schema.name())
              ? (Object) date(86_400_000L * random.nextInt(-100_000, 100_000))
              : (Integer) random.nextInt();
      case INT64 ->
          Timestamp.LOGICAL_NAME.equals(schema.name())
              ? (Object) date(random.nextLong() >> 8)
              : (Long) random.nextLong();
      case FLOAT32 -> Float.intBitsToFloat(random.nextInt());
      case FLOAT64 -> Double.longBitsToDouble(random.nextLong());
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text(random);
      case BYTES -> bytes(random, schema);
      case ARRAY -> list(random, schema);
      case MAP -> map(random, schema);
      case STRUCT -> structValue(random, schema);
    };
  }

  private static Object bytes(Random random, Schema schema) {
    if (Decimal.LOGICAL_NAME.equals(schema.name())) {
      int scale = Integer.parseInt(schema.parameters().get("scale"));
      return new BigDecimal(new BigInteger(random.nextInt(1, 140), random).negate(), scale);
    }
    byte[] bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String text(Random random) {
    var text = new StringBuilder();
    for (int i = random.nextInt(6); i > 0; i--) {
      text.appendCodePoint(random.nextBoolean() ? 'a' + random.nextInt(26) : 0x1F4D3);
    }
    return text.toString();
  }

  private static List<Object> list(Random random, Schema schema) {
    List<Object> values = new ArrayList<>();
    // Two byte arrays with the same content are not equal in Java's lists.
    boolean comparable = comparable(schema.valueSchema());
    for (int i = comparable ? random.nextInt(4) : 0; i > 0; i--) {
      values.add(value(random, schema.valueSchema()));
    }
    return values;
  }

  private static Map<Object, Object> map(Random random, Schema schema) {
    Map<Object, Object> values = new HashMap<>();
    boolean comparable = comparable(schema.valueSchema());
    for (int i = comparable ? random.nextInt(4) : 0; i > 0; i--) {
      values.put(required(random, schema.keySchema()), value(random, schema.valueSchema()));
    }
    return values;
  }

  private static boolean comparable(Schema schema) {
    return schema.type() != Schema.Type.BYTES || Decimal.LOGICAL_NAME.equals(schema.name());
  }

  private static Struct structValue(Random random, Schema schema) {
    var struct = new Struct(schema);
    for (Field field : schema.fields()) {
      struct.put(field, value(random, field.schema()));
    }
    return struct;
  }

  private static java.util.Date date(long epochMs) {
    return java.util.Date.from(Instant.ofEpochMilli(epochMs));
  }
}
