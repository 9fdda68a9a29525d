package dev.daybook.registry.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class AvroSerdeTest {
  private static final Schema ORDER =
      new Schema.Parser()
          .parse(
              """
              {"type":"record","name":"shop.Order","fields":[
                {"name":"id","type":"long"},
                {"name":"note","type":["null","string"],"default":null},
                {"name":"total","type":{"type":"bytes","logicalType":"decimal","precision":38,"scale":9}},
                {"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}}]}
              """);

  private FakeRegistry registry;

  @BeforeEach
  void start() throws IOException {
    registry = new FakeRegistry();
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @Test
  void writesTheWireFormatConfluentMadeKnown() {
    registry.register("other", "\"string\"");
    byte[] payload = serialize("hi");
    assertEquals(1, registry.register("orders-value", "\"string\""));
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 4, 'h', 'i'}, payload);
  }

  @Test
  void writesBytesRawAsConfluentDoes() {
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1, 9, 8}, serialize(new byte[] {9, 8}));
    assertArrayEquals(
        new byte[] {9, 8}, (byte[]) deserialize(serialize(ByteBuffer.wrap(new byte[] {9, 8}))));
  }

  @Test
  void plainValuesComeBackAsTheyWent() {
    for (Object value :
        new Object[] {"emoji \uD83D\uDCD3", "", 42, (1L << 53) + 1, 1.5f, Double.MIN_VALUE, true}) {
      assertEquals(value, deserialize(serialize(value)));
    }
  }

  @Test
  void nullIsATombstone() {
    assertNull(serialize(null));
    assertNull(deserialize(null));
  }

  @Test
  void recordsComeBackAsTheyWent() {
    var order = order();
    var back = (GenericRecord) deserialize(serialize(order));
    assertEquals((1L << 53) + 1, back.get("id"));
    assertEquals("emoji \uD83D\uDCD3", back.get("note"));
    assertEquals(ByteBuffer.wrap(unscaled()), back.get("total"));
    assertEquals(1_700_000_000_000_001L, back.get("at"));
  }

  @Test
  void takesAndGivesJavaTypesWhereAskedTo() {
    var order = order();
    order.put("total", new BigDecimal("12345678901234567890123456789.123456789"));
    order.put("at", Instant.parse("2026-01-01T00:00:00.000001Z"));
    byte[] payload = serialize(order);
    try (var deserializer = new AvroDeserializer()) {
      deserializer.configure(registry.settings("avro.use.logical.type.converters", true), false);
      var back = (GenericRecord) deserializer.deserialize("orders", payload);
      assertEquals(new BigDecimal("12345678901234567890123456789.123456789"), back.get("total"));
      assertEquals(Instant.parse("2026-01-01T00:00:00.000001Z"), back.get("at"));
    }
  }

  @Test
  void keysHaveASubjectOfTheirOwn() {
    try (var serializer = new AvroSerializer()) {
      serializer.configure(registry.settings(), true);
      serializer.serialize("orders", "k");
    }
    assertEquals("POST /subjects/orders-key/versions", registry.requests.get(0));
  }

  @Test
  void doesNotRegisterWhenToldNotTo() {
    var settings = registry.settings("auto.register.schemas", false);
    var refused = assertThrows(SerializationException.class, () -> serialize("x", settings));
    assertEquals("POST /subjects/orders-value", registry.requests.get(0));
    assertEquals(
        true, String.valueOf(refused.getMessage()).contains("orders-value"), refused.getMessage());
    registry.register("orders-value", "\"string\"");
    assertEquals("x", deserialize(serialize("x", settings)));
  }

  @Test
  void writesWithTheLatestVersionEvenWhenFieldsMoved() {
    registry.register(
        "orders-value",
        """
        {"type":"record","name":"Order","namespace":"shop","fields":[\
        {"name":"note","type":["null","string"],"default":null},\
        {"name":"id","type":"long"},{"name":"extra","type":"int","default":7}]}""");
    var back =
        (GenericRecord)
            deserialize(
                serialize(
                    order(),
                    registry.settings("auto.register.schemas", false, "use.latest.version", true)));
    assertEquals((1L << 53) + 1, back.get("id"));
    assertEquals("emoji \uD83D\uDCD3", back.get("note"));
    assertEquals(7, back.get("extra"));
  }

  @Test
  void refusesWhatIsNotInTheFormat() {
    byte[] good = serialize("hello");
    byte[] trailing = Arrays.copyOf(good, good.length + 1);
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    byte[] magic = good.clone();
    magic[0] = 1;
    for (byte[] bad :
        new byte[][] {{}, {0, 0, 0}, trailing, cut, magic, "{\"a\":1}".getBytes(UTF_8)}) {
      assertThrows(SerializationException.class, () -> deserialize(bad));
    }
  }

  @Test
  void aPayloadThatNestsWithoutEndIsRefusedNotFatal() {
    int id =
        registry.register(
            "orders-value",
            "{\"type\":\"record\",\"name\":\"Node\",\"fields\":[{\"name\":\"next\",\"type\":[\"null\",\"Node\"]}]}");
    byte[] bomb = new byte[500_000];
    Arrays.fill(bomb, (byte) 2);
    System.arraycopy(WireFormat.header(id), 0, bomb, 0, WireFormat.HEADER_BYTES);
    assertThrows(SerializationException.class, () -> deserialize(bomb));
  }

  @Test
  void anAbsentRegistryIsRetriable() {
    registry.unavailable.set(100);
    assertThrows(TimeoutException.class, () -> serialize("x"));
  }

  @Test
  void refusesSettingsItDoesNotKeep() {
    for (String name : new String[] {"value.subject.name.strategy", "key.subject.name.strategy"}) {
      var settings =
          registry.settings(name, "io.confluent.kafka.serializers.subject.RecordNameStrategy");
      assertThrows(ConfigException.class, () -> serialize("x", settings));
    }
    var specific = registry.settings("specific.avro.reader", true);
    assertThrows(ConfigException.class, () -> serialize("x", specific));
    assertThrows(ConfigException.class, () -> serialize("x", Map.of()));
  }

  private static byte[] unscaled() {
    return new BigDecimal("0.000000001").unscaledValue().toByteArray();
  }

  private static GenericRecord order() {
    var order = new GenericData.Record(ORDER);
    order.put("id", (1L << 53) + 1);
    order.put("note", "emoji \uD83D\uDCD3");
    order.put("total", ByteBuffer.wrap(unscaled()));
    order.put("at", 1_700_000_000_000_001L);
    return order;
  }

  private byte[] serialize(Object value) {
    return serialize(value, registry.settings());
  }

  private static byte[] serialize(Object value, Map<String, ?> settings) {
    try (var serializer = new AvroSerializer()) {
      serializer.configure(settings, false);
      return serializer.serialize("orders", value);
    }
  }

  private Object deserialize(byte[] payload) {
    try (var deserializer = new AvroDeserializer()) {
      deserializer.configure(registry.settings(), false);
      return deserializer.deserialize("orders", payload);
    }
  }
}
