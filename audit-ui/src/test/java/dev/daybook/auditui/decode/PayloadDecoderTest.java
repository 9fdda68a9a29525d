package dev.daybook.auditui.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.auditui.support.Orders;
import dev.daybook.auditui.value.Value;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.junit.jupiter.api.Test;

class PayloadDecoderTest {
  private static final int ID = 7;

  @Test
  void tellsTextJsonAndBytesApart() {
    assertEquals("text", plain("order 4711"));
    assertEquals("text", plain("4711"));
    assertEquals("json", plain(" {\"a\": [1, null, true]}"));
    assertEquals("text", plain("{not json"));
    assertEquals("bytes", plain("nul\u0000inside"));
    assertEquals("bytes", decoder(Orders.KEY).decode(new byte[] {(byte) 0xc3, 0x28}).format());
    assertEquals("none", decoder(Orders.KEY).decode(null).format());
    assertEquals("text", plain(""));
  }

  @Test
  void takesEightZeroBytesForANumberAndNotForASchema() {
    var payload = decoder(Orders.KEY).decode(ByteBuffer.allocate(8).putLong(4711).array());
    assertEquals("bytes", payload.format());
    assertEquals(Optional.empty(), payload.problem());
  }

  @Test
  void readsEveryAvroTypeAsAvrosOwnWriterWroteIt() {
    var schema =
        SchemaBuilder.record("All")
            .fields()
            .requiredBoolean("yes")
            .requiredInt("int")
            .requiredLong("long")
            .requiredFloat("float")
            .requiredDouble("double")
            .requiredBytes("bytes")
            .name("list")
            .type()
            .array()
            .items()
            .longType()
            .noDefault()
            .name("map")
            .type()
            .map()
            .values()
            .nullable()
            .stringType()
            .noDefault()
            .endRecord();
    var record = new GenericData.Record(schema);
    record.put("yes", true);
    record.put("int", Integer.MIN_VALUE);
    record.put("long", Long.MAX_VALUE);
    record.put("float", 0.1f);
    record.put("double", Double.NaN);
    record.put("bytes", ByteBuffer.wrap(new byte[] {1, 2}));
    record.put("list", List.of(1L, -1L));
    record.put("map", Map.of("k", "v"));
    var value = (Value.Struct) decoder(schema).decode(Orders.framed(ID, schema, record)).value();
    assertEquals("-2147483648", text(value, "int"));
    assertEquals("9223372036854775807", text(value, "long"));
    assertEquals("0.1", text(value, "float"));
    assertEquals("NaN", text(value, "double"));
    assertEquals("true", text(value, "yes"));
    assertEquals(2, ((Value.Sequence) value.field("list").orElseThrow()).items().size());
    assertEquals("v", text((Value.Struct) value.field("map").orElseThrow(), "k"));
  }

  @Test
  void refusesALengthThatIsNotThereWithoutAllocatingIt() {
    var schema = Schema.create(Schema.Type.BYTES);
    var payload = decoder(schema).decode(framed(0xfe, 0xff, 0xff, 0xff, 0x0f));
    assertTrue(problem(payload).contains("2147483647 bytes are announced and 0 are left"));
  }

  @Test
  void refusesAnArrayOfBillionsOfNulls() {
    var schema = SchemaBuilder.array().items().nullType();
    var payload = decoder(schema).decode(framed(0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f));
    assertTrue(problem(payload).contains("more than 500000 values"), problem(payload));
  }

  @Test
  void refusesAListNestedDeeperThanAStackCarries() {
    var schema =
        SchemaBuilder.record("Node").fields().name("next").type("Node").noDefault().endRecord();
    assertTrue(problem(decoder(schema).decode(framed())).contains("nested deeper"));
    var brackets = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    assertEquals("text", decoder(schema).decode(brackets).format());
  }

  @Test
  void refusesBytesThatAreLeftOver() {
    var payload = decoder(Schema.create(Schema.Type.INT)).decode(framed(2, 2));
    assertTrue(problem(payload).contains("1 bytes are left over"));
  }

  @Test
  void keepsADecimalOfAnAbsurdScaleAsBytes() {
    var schema = Schema.create(Schema.Type.BYTES);
    schema.addProp("logicalType", "decimal");
    schema.addProp("scale", Integer.MAX_VALUE);
    var payload = decoder(schema).decode(framed(2, 1));
    assertTrue(payload.value() instanceof Value.Bytes);
  }

  /// Whatever the bytes, the answer is a value or bytes with a reason; never an exception.
  @Test
  void survivesDamagedPayloads() {
    long seed = Long.getLong("daybook.seed", 20_261_123);
    var random = new Random(seed);
    byte[] good = framed(new Random(1).ints(200, 0, 256).toArray());
    var decoder = decoder(Orders.VALUE);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = Arrays.copyOf(good, 5 + random.nextInt(good.length - 5));
      for (int j = 5; j < damaged.length && j < 60; j++) {
        damaged[j] = (byte) (random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(3));
      }
      var payload = decoder.decode(damaged);
      assertEquals(damaged.length, payload.size(), "seed " + seed);
    }
  }

  private static String plain(String text) {
    return decoder(Orders.KEY).decode(text.getBytes(StandardCharsets.UTF_8)).format();
  }

  private static PayloadDecoder decoder(Schema schema) {
    return new PayloadDecoder(id -> new WriterSchema(ID, "AVRO", Optional.of(schema)));
  }

  private static byte[] framed(int... datum) {
    var bytes = ByteBuffer.allocate(5 + datum.length).put((byte) 0).putInt(ID);
    for (int each : datum) {
      bytes.put((byte) each);
    }
    return bytes.array();
  }

  private static String problem(Payload payload) {
    return payload.problem().orElseThrow();
  }

  private static String text(Value.Struct struct, String name) {
    return ((Value.Scalar) struct.field(name).orElseThrow()).text();
  }
}
