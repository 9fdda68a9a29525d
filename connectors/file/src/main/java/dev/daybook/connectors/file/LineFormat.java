package dev.daybook.connectors.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;

/// What the bytes of a line mean.
record LineFormat(boolean json, boolean strict) {
  /// Decodes a line; a bad one is refused with the reason.
  SchemaAndValue read(LineSplitter.Line line) {
    if (line.tooLong()) {
      throw new DataException("is longer than " + FileSourceConfig.MAX_LINE_BYTES);
    }
    String text = decode(line.withoutReturn());
    return json
        ? new SchemaAndValue(null, JsonReader.read(text))
        : new SchemaAndValue(Schema.STRING_SCHEMA, text);
  }

  private String decode(ByteBuffer bytes) {
    CodingErrorAction onError = strict ? CodingErrorAction.REPORT : CodingErrorAction.REPLACE;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(onError)
          .onUnmappableCharacter(onError)
          .decode(bytes)
          .toString();
    } catch (CharacterCodingException wrong) {
      throw new DataException("is not UTF-8; set utf8=replace to let it pass", wrong);
    }
  }
}
