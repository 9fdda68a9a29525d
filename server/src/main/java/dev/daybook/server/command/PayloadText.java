package dev.daybook.server.command;

import dev.daybook.registry.client.AvroDeserializer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// How the bytes of a key or value are shown: by their Avro schema where a registry is given and they have one, else as
/// text where they are that, else in hexadecimal.
final class PayloadText implements AutoCloseable {
  private final Optional<AvroDeserializer> avro;

  PayloadText(@Nullable String registry) {
    avro = Optional.ofNullable(registry).map(PayloadText::deserializer);
  }

  private static AvroDeserializer deserializer(String registry) {
    AvroDeserializer deserializer = new AvroDeserializer();
    deserializer.configure(
        Map.of("schema.registry.url", registry, "avro.use.logical.type.converters", true), false);
    return deserializer;
  }

  String of(String topic, byte @Nullable [] bytes) {
    if (bytes == null) {
      return "null";
    }
    if (avro.isPresent()) {
      try {
        return String.valueOf(avro.get().deserialize(topic, bytes));
      } catch (SerializationException notAvro) {
        return plain(bytes);
      }
    }
    return plain(bytes);
  }

  private static String plain(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.chars().anyMatch(PayloadText::isUnprintable) ? hex(bytes) : text;
    } catch (CharacterCodingException notText) {
      return hex(bytes);
    }
  }

  private static boolean isUnprintable(int character) {
    return Character.isISOControl(character) && !Character.isWhitespace(character);
  }

  private static String hex(byte[] bytes) {
    return "0x" + HexFormat.of().formatHex(bytes);
  }

  @Override
  public void close() {
    avro.ifPresent(AvroDeserializer::close);
  }
}
