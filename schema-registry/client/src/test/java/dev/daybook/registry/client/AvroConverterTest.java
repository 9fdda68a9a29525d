package dev.daybook.registry.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.avro.LogicalTypes;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class AvroConverterTest {
  private static final String EMOJI = "daybook \uD83D\uDCD3";
  private static final long BIG = (1L << 53) + 1;

  private FakeRegistry registry;
  private AvroConverter converter;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
    converter = new AvroConverter();
    converter.configure(registry.settings(), false);
  }

  @AfterEach
  void stop() {
    converter.close();
    registry.close();
  }

  @Test
  void everyPlainTypeKeepsItsSchemaAndValue() {
    roundTrip(Schema.INT8_SCHEMA, (byte) -128);
    roundTrip(Schema.INT16_SCHEMA, Short.MIN_VALUE);
    roundTrip(Schema.INT32_SCHEMA, Integer.MIN_VALUE);
    roundTrip(Schema.INT64_SCHEMA, BIG);
    roundTrip(Schema.FLOAT32_SCHEMA, 0.1f);
    roundTrip(Schema.FLOAT64_SCHEMA, Double.NaN);
    roundTrip(Schema.BOOLEAN_SCHEMA, true);
    roundTrip(Schema.STRING_SCHEMA, EMOJI);
    roundTrip(Schema.OPTIONAL_STRING_SCHEMA, EMOJI);
    roundTrip(Schema.BYTES_SCHEMA, new byte[] {0, -1, 5});
    roundTrip(Schema.OPTIONAL_BYTES_SCHEMA, new byte[] {0, -1, 5});
  }

  @Test
  void logicalTypesAreAvrosOwn() {
    var decimal = Decimal.builder(9).parameter("connect.decimal.precision", "38").build();
    roundTrip(decimal, new BigDecimal("-12345678901234567890123456789.123456789"));
    assertEquals(LogicalTypes.decimal(38, 9), avro(decimal).getLogicalType());
    roundTrip(Decimal.schema(0), new BigDecimal("0"));
    roundTrip(Decimal.schema(-2), new BigDecimal("12E+2"));
    roundTrip(Date.SCHEMA, date(86_400_000L * 20_000));
    assertEquals(LogicalTypes.date(), avro(Date.SCHEMA).getLogicalType());
    roundTrip(Time.SCHEMA, date(86_399_999));
    roundTrip(Timestamp.SCHEMA, date(-1));
    roundTrip(Timestamp.builder().optional().build(), date(1_700_000_000_001L));
    assertEquals(LogicalTypes.timestampMillis(), avro(Timestamp.SCHEMA).getLogicalType());
  }

  @Test
  void aDecimalIsWidenedButNeverRounded() {
    var schema = Decimal.builder(4).parameter("connect.decimal.precision", "6").build();
    var back =
        converter.toConnectData("t", converter.fromConnectData("t", schema, new BigDecimal("1.5")));
    assertEquals(new BigDecimal("1.5000"), back.value());
    for (String bad : new String[] {"1.23456", "100"}) {
      assertThrows(
          DataException.class, () -> converter.fromConnectData("t", schema, new BigDecimal(bad)));
    }
  }

  @Test
  void debeziumsNamedTypesKeepNameVersionAndParameters() {
    roundTrip(
        SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp").version(1).build(),
        1_700_000_000_000_001L);
    roundTrip(
        SchemaBuilder.string()
            .name("io.debezium.data.Enum")
            .version(1)
            .parameter("allowed", "a,b")
            .doc("a status")
            .optional()
            .build(),
        "a");
    roundTrip(
        SchemaBuilder.string().name("io.debezium.time.ZonedTimestamp").version(1).build(),
        "2026-01-01T00:00:00.000001Z");
  }

  @Test
  void aDebeziumEnvelopeComesBackWhole() {
    Schema row = row("shop-server.public.orders.Value");
    Schema envelope = envelope(row);
    var after = rowValue(row);
    var value =
        new Struct(envelope)
            .put("after", after)
            .put("op", "c")
            .put(
                "source",
                new Struct(envelope.field("source").schema()).put("lsn", BIG).put("db", "shop"))
            .put("ts_ms", 1_700_000_000_000L);
    roundTrip(envelope, value);
    roundTrip(
        envelope,
        new Struct(envelope)
            .put("before", after)
            .put("op", "d")
            .put(
                "source",
                new Struct(envelope.field("source").schema()).put("lsn", 1L).put("db", "shop")));
    assertEquals(
        avro(envelope).getField("before").schema().getTypes().get(1),
        avro(envelope).getField("after").schema().getTypes().get(1));
  }

  @Test
  void anUnwrappedRowComesBackWhole() {
    Schema row = row("server.public.orders.Value");
    roundTrip(row, rowValue(row));
  }

  @Test
  void aTombstoneStaysOne() {
    assertNull(converter.fromConnectData("t", row("r"), null));
    assertNull(converter.fromConnectData("t", null, null));
    assertEquals(SchemaAndValue.NULL, converter.toConnectData("t", null));
  }

  @Test
  void aNullStaysNullWhateverTheDefaultSays() {
    Schema schema =
        SchemaBuilder.struct()
            .field("n", SchemaBuilder.int32().optional().defaultValue(5).build())
            .build();
    var back =
        converter.toConnectData("t", converter.fromConnectData("t", schema, new Struct(schema)));
    assertNull(((Struct) back.value()).getWithoutDefault("n"));
    assertEquals(schema, back.schema());
  }

  @Test
  void defaultsBecomeAvrosDefaultsAndComeBack() {
    Schema inner =
        SchemaBuilder.struct().name("Inner").field("maybe", Schema.OPTIONAL_INT32_SCHEMA).build();
    Schema schema =
        SchemaBuilder.struct()
            .name("Defaults")
            .field("big", SchemaBuilder.int64().defaultValue(BIG).build())
            .field("small", SchemaBuilder.int8().defaultValue((byte) 3).build())
            .field("text", SchemaBuilder.string().optional().defaultValue(EMOJI).build())
            .field(
                "raw",
                SchemaBuilder.bytes().defaultValue(ByteBuffer.wrap(new byte[] {1, -1})).build())
            .field("money", Decimal.builder(2).defaultValue(new BigDecimal("0.10")).build())
            .field("nan", SchemaBuilder.float64().defaultValue(Double.NaN).build())
            .field("at", Timestamp.builder().defaultValue(date(7)).build())
            .field(
                "list",
                SchemaBuilder.array(Schema.STRING_SCHEMA).defaultValue(List.of("a")).build())
            .field(
                "map",
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA)
                    .defaultValue(Map.of("a", 1))
                    .build())
            .field(
                "elements",
                SchemaBuilder.array(SchemaBuilder.int32().defaultValue(4).build()).build())
            .field("inner", inner)
            .build();
    var avro = avro(schema);
    assertEquals(BIG, avro.getField("big").defaultVal());
    assertEquals(EMOJI, avro.getField("text").defaultVal());
    var back = AvroToConnectSchema.translate(reparsed(avro));
    for (var field : schema.fields()) {
      var expected = field.schema().defaultValue();
      var actual = back.field(field.name()).schema().defaultValue();
      assertEquals(
          expected instanceof ByteBuffer b ? List.of(b) : expected,
          actual instanceof byte[] a ? List.of(ByteBuffer.wrap(a)) : actual,
          field.name());
      assertEquals(field.schema().isOptional(), back.field(field.name()).schema().isOptional());
    }
    assertEquals(4, back.field("elements").schema().valueSchema().defaultValue());
  }

  @Test
  void arraysAndMapsOfAnyKey() {
    roundTrip(
        SchemaBuilder.array(Schema.OPTIONAL_INT64_SCHEMA).build(), Arrays.asList(1L, null, BIG));
    roundTrip(
        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA).build(),
        Map.of("a", EMOJI));
    var byNumber = SchemaBuilder.map(Schema.INT32_SCHEMA, Schema.INT64_SCHEMA).build();
    roundTrip(byNumber, Map.of(1, BIG, -1, 2L));
    var two =
        SchemaBuilder.struct()
            .field("a", byNumber)
            .field("b", SchemaBuilder.map(Schema.OPTIONAL_STRING_SCHEMA, byNumber).build())
            .build();
    roundTrip(two, new Struct(two).put("a", Map.of(1, 2L)).put("b", Map.of("k", Map.of(3, 4L))));
  }

  @Test
  void namesThatAvroDoesNotAllowAreKeptBeside() {
    Schema schema =
        SchemaBuilder.struct()
            .name("my-server.1st schema.\u00e4.Value")
            .field("first-name", Schema.STRING_SCHEMA)
            .field("first_name", Schema.STRING_SCHEMA)
            .field("2nd", Schema.INT32_SCHEMA)
            .field("\uD83D\uDCD3", Schema.INT32_SCHEMA)
            .build();
    var avro = avro(schema);
    assertEquals("my_server._1st_schema._.Value", avro.getFullName());
    assertEquals(
        List.of("first_name_2", "first_name", "_2nd", "_"),
        avro.getFields().stream().map(f -> f.name()).toList());
    roundTrip(
        schema,
        new Struct(schema)
            .put("first-name", "a")
            .put("first_name", "b")
            .put("2nd", 2)
            .put("\uD83D\uDCD3", 3));
  }

  @Test
  void nestedStructsWithoutNamesAreNamedByTheirPath() {
    Schema inner = SchemaBuilder.struct().field("x", Schema.INT32_SCHEMA).build();
    Schema other = SchemaBuilder.struct().field("y", Schema.STRING_SCHEMA).optional().build();
    Schema schema =
        SchemaBuilder.struct()
            .field("a", inner)
            .field("b", other)
            .field("c", SchemaBuilder.array(other).build())
            .build();
    roundTrip(
        schema,
        new Struct(schema)
            .put("a", new Struct(inner).put("x", 1))
            .put("b", new Struct(other).put("y", "z"))
            .put("c", List.of(new Struct(other).put("y", "q"))));
    assertEquals(
        "io.confluent.connect.avro.ConnectDefault_a",
        avro(schema).getField("a").schema().getFullName());
  }

  @Test
  void twoStructsUnderOneNameAreToldApart() {
    Schema one = SchemaBuilder.struct().name("Same").field("x", Schema.INT32_SCHEMA).build();
    Schema two = SchemaBuilder.struct().name("Same").field("y", Schema.STRING_SCHEMA).build();
    Schema schema =
        SchemaBuilder.struct()
            .name("Outer")
            .field("a", one)
            .field("b", two)
            .field("c", one)
            .build();
    roundTrip(
        schema,
        new Struct(schema)
            .put("a", new Struct(one).put("x", 1))
            .put("b", new Struct(two).put("y", "z"))
            .put("c", new Struct(one).put("x", 2)));
  }

  @Test
  void readsWhatOtherProducersWrite() {
    var avro =
        new org.apache.avro.Schema.Parser()
            .parse(
                """
        {"type":"record","name":"shop.Event","fields":[
          {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["NEW","OLD"],"default":"NEW"},"doc":"the kind"},
          {"name":"hash","type":{"type":"fixed","name":"Hash","size":2}},
          {"name":"either","type":["null","int","string",{"type":"array","items":"Kind"}],"default":null},
          {"name":"only","type":["long"]},
          {"name":"day","type":{"type":"int","logicalType":"date"}},
          {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
          {"name":"price","type":{"type":"fixed","name":"Price","size":8,"logicalType":"decimal","precision":10,"scale":2}}]}
        """);
    var record = new GenericData.Record(avro);
    record.put("kind", new GenericData.EnumSymbol(avro.getField("kind").schema(), "OLD"));
    record.put("hash", new GenericData.Fixed(avro.getField("hash").schema(), new byte[] {1, 2}));
    record.put("either", EMOJI);
    record.put("only", 5L);
    record.put("day", 1);
    record.put("at", BIG);
    record.put(
        "price",
        new GenericData.Fixed(
            avro.getField("price").schema(), new byte[] {0, 0, 0, 0, 0, 0, 4, -46}));
    byte[] payload;
    try (var serializer = new AvroSerializer()) {
      serializer.configure(registry.settings(), false);
      payload = serializer.serialize("t", record);
    }
    var connect = converter.toConnectData("t", payload);
    var struct = (Struct) connect.value();
    assertEquals("shop.Event", connect.schema().name());
    assertEquals("OLD", struct.get("kind"));
    assertEquals("the kind", connect.schema().field("kind").schema().doc());
    assertArrayEquals(new byte[] {1, 2}, struct.getBytes("hash"));
    assertEquals(EMOJI, struct.getStruct("either").get("string"));
    assertEquals(5L, struct.get("only"));
    assertEquals(date(86_400_000), struct.get("day"));
    assertEquals(BIG, struct.get("at"));
    assertEquals(new BigDecimal("12.34"), struct.get("price"));
    var again =
        converter.toConnectData(
            "t2", converter.fromConnectData("t2", connect.schema(), connect.value()));
    assertEquals(connect.schema(), again.schema());
    assertEquals(connect.value(), again.value());
  }

  @Test
  void aSchemaThatContainsItselfIsRefused() {
    int id =
        registry.register(
            "t-value",
            "{\"type\":\"record\",\"name\":\"Node\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}");
    byte[] payload = Arrays.copyOf(WireFormat.header(id), 6);
    var refused = assertThrows(DataException.class, () -> converter.toConnectData("t", payload));
    assertTrue(refused.getMessage().contains("contains itself"), refused.getMessage());
  }

  @Test
  void plainValuesWithoutASchemaAreUnderstoodMapsAreNot() {
    assertEquals(
        "x", converter.toConnectData("t", converter.fromConnectData("t", null, "x")).value());
    assertEquals(
        BIG, converter.toConnectData("u", converter.fromConnectData("u", null, BIG)).value());
    var map = Map.of("a", 1);
    assertThrows(DataException.class, () -> converter.fromConnectData("t", null, map));
  }

  @Test
  void namesTheFieldThatDoesNotFit() {
    Schema money = Decimal.builder(0).parameter("connect.decimal.precision", "3").build();
    Schema inner = SchemaBuilder.struct().name("I").field("n", money).build();
    Schema schema = SchemaBuilder.struct().name("R").field("inner", inner).build();
    var value =
        new Struct(schema).put("inner", new Struct(inner).put("n", new BigDecimal("12345")));
    var refused =
        assertThrows(DataException.class, () -> converter.fromConnectData("t", schema, value));
    assertTrue(
        refused.getMessage().contains("'inner'") && refused.getMessage().contains("'n'"),
        refused.getMessage());
    assertThrows(
        DataException.class, () -> converter.fromConnectData("t", Schema.INT32_SCHEMA, "text"));
  }

  @Test
  void anAbsentRegistryIsRetriableAndGarbageIsNot() {
    registry.unavailable.set(100);
    assertThrows(RetriableException.class, () -> converter.fromConnectData("t", null, "x"));
    var garbage =
        assertThrows(
            DataException.class, () -> converter.toConnectData("t", new byte[] {'{', '}'}));
    assertTrue(garbage.getMessage().contains("Topic t"), garbage.getMessage());
  }

  @Test
  void connectFindsItAsAPlugin() {
    assertTrue(
        ServiceLoader.load(Converter.class).stream()
            .anyMatch(p -> p.type() == AvroConverter.class));
  }

  private static java.util.Date date(long epochMs) {
    return java.util.Date.from(Instant.ofEpochMilli(epochMs));
  }

  private static Schema row(String name) {
    return SchemaBuilder.struct()
        .name(name)
        .optional()
        .field("id", Schema.INT64_SCHEMA)
        .field(
            "amount",
            Decimal.builder(9).parameter("connect.decimal.precision", "38").optional().build())
        .field("note", Schema.OPTIONAL_STRING_SCHEMA)
        .field("flag", SchemaBuilder.int16().optional().defaultValue((short) 1).build())
        .field(
            "at",
            SchemaBuilder.int64()
                .name("io.debezium.time.MicroTimestamp")
                .version(1)
                .optional()
                .build())
        .field("tags", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).optional().build())
        .build();
  }

  private static Struct rowValue(Schema row) {
    return new Struct(row)
        .put("id", BIG)
        .put("amount", new BigDecimal("99999999999999999999999999999.999999999"))
        .put("note", EMOJI)
        .put("flag", null)
        .put("at", null)
        .put("tags", new ArrayList<>(Arrays.asList("a", null)));
  }

  private static Schema envelope(Schema row) {
    Schema source =
        SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field(
                "snapshot",
                SchemaBuilder.string()
                    .name("io.debezium.data.Enum")
                    .version(1)
                    .parameter("allowed", "true,last,false")
                    .optional()
                    .defaultValue("false")
                    .build())
            .build();
    return SchemaBuilder.struct()
        .name("shop-server.public.orders.Envelope")
        .version(2)
        .field("before", row)
        .field("after", row)
        .field("source", source)
        .field("op", Schema.STRING_SCHEMA)
        .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
        .field(
            "transaction",
            SchemaBuilder.struct()
                .name("event.block")
                .version(1)
                .optional()
                .field("id", Schema.STRING_SCHEMA)
                .build())
        .build();
  }

  private static org.apache.avro.Schema avro(Schema schema) {
    return reparsed(ConnectToAvroSchema.translate(schema));
  }

  private static org.apache.avro.Schema reparsed(org.apache.avro.Schema avro) {
    return new org.apache.avro.Schema.Parser(org.apache.avro.NameValidator.STRICT_VALIDATOR)
        .setValidateDefaults(true)
        .parse(avro.toString());
  }

  /// Through the registry as text and back, by a second converter that has seen nothing.
  private void roundTrip(Schema schema, Object value) {
    avro(schema);
    byte[] payload = converter.fromConnectData("t", schema, value);
    try (var reader = new AvroConverter()) {
      reader.configure(registry.settings(), false);
      var back = reader.toConnectData("t", payload);
      assertEquals(schema.schema(), back.schema());
      if (value instanceof byte[] bytes) {
        assertArrayEquals(bytes, (byte[]) back.value());
      } else {
        assertEquals(value, back.value());
      }
    }
  }
}
