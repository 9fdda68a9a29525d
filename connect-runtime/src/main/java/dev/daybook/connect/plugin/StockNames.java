package dev.daybook.connect.plugin;

import dev.daybook.connect.plugin.stock.BooleanConverter;
import dev.daybook.connect.plugin.stock.ByteArrayConverter;
import dev.daybook.connect.plugin.stock.DoubleConverter;
import dev.daybook.connect.plugin.stock.FloatConverter;
import dev.daybook.connect.plugin.stock.IntegerConverter;
import dev.daybook.connect.plugin.stock.LongConverter;
import dev.daybook.connect.plugin.stock.ShortConverter;
import java.util.List;

/// Kafka ships a few converters inside its Connect server, which is not here. Configurations name them, so those names
/// lead to converters of ours that read and write the same bytes.
final class StockNames {

  private static final String KAFKAS = "org.apache.kafka.connect.converters.";
  private static final List<Class<?>> OURS =
      List.of(
          BooleanConverter.class,
          ByteArrayConverter.class,
          DoubleConverter.class,
          FloatConverter.class,
          IntegerConverter.class,
          LongConverter.class,
          ShortConverter.class);

  private StockNames() {}

  static String standIn(String className) {
    return OURS.stream()
        .filter(type -> className.equals(KAFKAS + type.getSimpleName()))
        .map(Class::getName)
        .findFirst()
        .orElse(className);
  }
}
