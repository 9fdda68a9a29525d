package dev.daybook.connectors.jdbc;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/// Named values in the order of their columns. The schema is absent where records come without one.
record Row(Map<String, Field> fields) {
  record Field(@Nullable Schema schema, @Nullable Object value) {
    @Nullable Object meaning() {
      return ConnectValue.of(schema, value);
    }
  }

  Row {
    fields = new LinkedHashMap<>(fields);
  }
}
