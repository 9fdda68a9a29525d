package dev.daybook.auditui.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.daybook.auditui.value.Value;
import dev.daybook.auditui.value.Value.Field;
import dev.daybook.auditui.value.Value.Scalar;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads JSON text token by token, so that a number keeps every digit it was written with and a
/// repeated name is shown twice.
public final class JsonReader {
  private static final int MOST_VALUES = 500_000;

  /// Names are not interned: they come from anybody's payload and would stay for ever.
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(400)
                  .maxNumberLength(100_000)
                  .maxNameLength(1 << 20)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private int values;

  private JsonReader(JsonParser parser) {
    this.parser = parser;
  }

  public static Value read(String text) throws Undecodable {
    try (var parser = FACTORY.createParser(text)) {
      parser.nextToken();
      var value = new JsonReader(parser).value();
      if (parser.nextToken() != null) {
        throw new Undecodable("there is more text after the end of the JSON value");
      }
      return value;
    } catch (IOException malformed) {
      throw new Undecodable("it is not JSON: " + firstLine(malformed.getMessage()));
    }
  }

  private Value value() throws IOException, Undecodable {
    if (++values > MOST_VALUES) {
      throw new Undecodable("it holds more than " + MOST_VALUES + " values");
    }
    var token = parser.currentToken();
    if (token == null) {
      throw new Undecodable("it is not JSON: the text is empty");
    }
    return switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> new Scalar("string", parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar("number", parser.getText());
      case VALUE_TRUE, VALUE_FALSE ->
          new Scalar("boolean", parser.getText().toLowerCase(Locale.ROOT));
      default -> new Value.Nil();
    };
  }

  private Value object() throws IOException, Undecodable {
    var fields = new ArrayList<Field>();
    for (var name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      parser.nextToken();
      fields.add(new Field(name, value()));
    }
    return new Value.Struct("object", Optional.empty(), fields);
  }

  private Value array() throws IOException, Undecodable {
    var items = new ArrayList<Value>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value());
    }
    return new Value.Sequence(items);
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
  }
}
