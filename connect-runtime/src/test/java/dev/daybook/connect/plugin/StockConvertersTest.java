package dev.daybook.connect.plugin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Our stand-ins for the converters that Kafka ships inside its Connect server, beside those.
class StockConvertersTest {

  private static final String KAFKAS = "org.apache.kafka.connect.converters.";

  private static final Map<String, List<Object>> VALUES =
      Map.of(
          "Boolean", List.of(true, false),
          "ByteArray", List.of(new byte[] {}, new byte[] {1, -2}),
          "Double", List.of(0.1, Double.NaN),
          "Float", List.of(0.1f, Float.MIN_VALUE),
          "Integer", List.of(0, Integer.MIN_VALUE),
          "Long", List.of((1L << 53) + 1, -1L),
          "Short", List.of((short) 7, Short.MIN_VALUE));

  private static Converter make(String className) {
    try {
      Converter converter =
          (Converter) Class.forName(className).getDeclaredConstructor().newInstance();
      converter.configure(Map.of("converter.type", "value"), false);
      return converter;
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Boolean", "ByteArray", "Double", "Float", "Integer", "Long", "Short"})
  void writesAndReadsTheSameBytesAsKafkas(String type) {
    String name = KAFKAS + type + "Converter";
    Converter kafkas = make(name);
    Converter ours = make(StockNames.standIn(name));
    assertEquals(
        "dev.daybook.connect.plugin.stock." + type + "Converter", ours.getClass().getName());
    for (Object value : VALUES.getOrDefault(type, List.of())) {
      assertSame(kafkas, ours, value);
    }
    assertSame(kafkas, ours, null);
    assertThrows(DataException.class, () -> ours.fromConnectData("t", null, "no such value"));
  }

  private static void assertSame(Converter kafkas, Converter ours, @Nullable Object value) {
    byte[] bytes = kafkas.fromConnectData("t", null, value);
    assertArrayEquals(bytes, ours.fromConnectData("t", null, value));
    SchemaAndValue theirs = kafkas.toConnectData("t", bytes);
    SchemaAndValue back = ours.toConnectData("t", bytes);
    assertEquals(theirs.schema(), back.schema());
    if (theirs.value() instanceof byte[] array) {
      assertArrayEquals(array, (byte[]) back.value());
    } else {
      assertEquals(theirs.value(), back.value());
    }
  }

  @Test
  void otherNamesAreLeftAlone() {
    assertEquals("x.ByteArrayConverter", StockNames.standIn("x.ByteArrayConverter"));
  }
}
