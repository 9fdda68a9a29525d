package dev.daybook.auditui.decode;

import dev.daybook.auditui.value.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides what some bytes are, in this order: a schema's number in front (Confluent's wire
/// format), a JSON object or array, readable UTF-8, else bytes. It never throws on content: what
/// claims to be one thing and is not is shown as bytes with the reason.
///
/// ```
/// | 0x00 | schema id, 4 bytes, big endian | datum |
/// ```
public final class PayloadDecoder {
  private static final int HEADER_BYTES = 5;

  private final SchemaLookup schemas;

  public PayloadDecoder(SchemaLookup schemas) {
    this.schemas = schemas;
  }

  public Payload decode(byte @Nullable [] stored) {
    if (stored == null) {
      return Payload.absent();
    }
    int id = schemaId(stored);
    return id > 0 ? framed(id, stored) : plain(stored);
  }

  /// Without the schema's number: what a header's value is.
  public Payload plain(byte @Nullable [] stored) {
    if (stored == null) {
      return Payload.absent();
    }
    String text = utf8(stored, 0);
    if (text == null || !readable(text)) {
      return Payload.of("bytes", stored, new Value.Bytes("bytes", stored));
    }
    return looksLikeJson(text) ? json(stored, text) : text(stored, text);
  }

  private static int schemaId(byte[] stored) {
    return stored.length >= HEADER_BYTES && stored[0] == 0 ? ByteBuffer.wrap(stored).getInt(1) : 0;
  }

  private Payload framed(int id, byte[] stored) {
    WriterSchema schema;
    try {
      schema = schemas.find(id);
    } catch (Undecodable unknown) {
      return Payload.undecoded(stored, Optional.empty(), unknown.getMessage());
    }
    var name = Optional.of(schema.name());
    try {
      return new Payload(
          schema.type().toLowerCase(Locale.ROOT),
          stored,
          datum(schema, stored),
          name,
          Optional.empty());
    } catch (Undecodable broken) {
      var reason = "the bytes do not fit schema %d: %s".formatted(id, broken.getMessage());
      return Payload.undecoded(stored, name, reason);
    }
  }

  private static Value datum(WriterSchema schema, byte[] stored) throws Undecodable {
    if (schema.avro().isPresent()) {
      return AvroReader.read(schema.avro().get(), stored, HEADER_BYTES);
    }
    if (!schema.type().equals("JSON")) {
      throw new Undecodable(schema.type() + " schemas cannot be read yet");
    }
    String text = utf8(stored, HEADER_BYTES);
    if (text == null) {
      throw new Undecodable("it is not UTF-8");
    }
    return JsonReader.read(text);
  }

  private static Payload json(byte[] stored, String text) {
    try {
      return Payload.of("json", stored, JsonReader.read(text));
    } catch (Undecodable notJson) {
      return text(stored, text);
    }
  }

  private static Payload text(byte[] stored, String text) {
    return Payload.of("text", stored, new Value.Scalar("string", text));
  }

  private static boolean looksLikeJson(String text) {
    String start = text.stripLeading();
    return start.startsWith("{") || start.startsWith("[");
  }

  /// Line breaks and tabs belong to text; other control characters say that it is none.
  private static boolean readable(String text) {
    return text.chars()
        .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\r' && c != '\t');
  }

  private static @Nullable String utf8(byte[] stored, int from) {
    try {
      var bytes = ByteBuffer.wrap(stored, from, stored.length - from);
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException notText) {
      return null;
    }
  }
}
