package dev.daybook.auditui.decode;

import dev.daybook.auditui.value.Value;
import dev.daybook.auditui.value.Value.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;

/// What a schema says about a plain number or some bytes beyond their type: Avro's logical types
/// and the names Kafka Connect and Debezium leave in `connect.name`.
final class AvroScalars {
  /// Beyond these, the digits of a decimal are no longer something to read.
  private static final int MOST_DECIMAL_BYTES = 4096;

  private static final int LARGEST_SCALE = 10_000;

  private AvroScalars() {}

  static String typeName(Schema schema) {
    String logical = schema.getProp("logicalType");
    String connect = schema.getProp("connect.name");
    return logical != null ? logical : connect != null ? connect : schema.getType().getName();
  }

  static Value integer(Schema schema, long number) {
    String type = typeName(schema);
    return new Scalar(type, Long.toString(number), Moments.reading(type, number));
  }

  static Value bytes(Schema schema, byte[] content) {
    return switch (typeName(schema)) {
      case "decimal", "org.apache.kafka.connect.data.Decimal" ->
          decimal(content, scale(schema)).orElse(new Value.Bytes("decimal", content));
      case "uuid" -> uuid(content);
      default -> new Value.Bytes(schema.getType().getName(), content);
    };
  }

  /// Debezium's decimal that brings its scale along, where the column has none of its own.
  static Value variableScaleDecimal(Schema schema, Value.Struct struct) {
    if (!schema.getFullName().equals("io.debezium.data.VariableScaleDecimal")) {
      return struct;
    }
    return struct.field("scale").orElse(struct) instanceof Scalar scale
            && struct.field("value").orElse(struct) instanceof Value.Bytes unscaled
        ? decimal(unscaled.content(), Integer.parseInt(scale.text())).orElse(struct)
        : struct;
  }

  private static Optional<Value> decimal(byte[] content, int scale) {
    boolean readable =
        content.length > 0
            && content.length <= MOST_DECIMAL_BYTES
            && Math.abs((long) scale) <= LARGEST_SCALE;
    return readable
        ? Optional.of(
            new Scalar("decimal", new BigDecimal(new BigInteger(content), scale).toPlainString()))
        : Optional.empty();
  }

  private static int scale(Schema schema) {
    return schema.getObjectProp("scale") instanceof Number scale ? scale.intValue() : 0;
  }

  private static Value uuid(byte[] content) {
    if (content.length != 16) {
      return new Value.Bytes("fixed", content);
    }
    var halves = ByteBuffer.wrap(content);
    return new Scalar("uuid", new UUID(halves.getLong(), halves.getLong()).toString());
  }
}
