package dev.daybook.connectors.file;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/// Reads one JSON document into maps, lists, strings, booleans, null, Long and Double. A number that neither Long nor
/// Double holds exactly is refused rather than changed.
final class JsonReader {
  private static final int DEEPEST = 100;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  static @Nullable Object read(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    reader.space();
    if (reader.at < text.length()) {
      throw reader.wrong("more than one value");
    }
    return value;
  }

  private @Nullable Object value() {
    space();
    return switch (peek()) {
      case '{' -> nested(this::object);
      case '[' -> nested(this::array);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private interface Part<T> {
    T read();
  }

  private <T> T nested(Part<T> part) {
    if (++depth > DEEPEST) {
      throw wrong("nested deeper than " + DEEPEST);
    }
    at++;
    T value = part.read();
    depth--;
    return value;
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    space();
    if (next('}')) {
      return object;
    }
    do {
      space();
      String name = string();
      space();
      expect(':');
      if (object.containsKey(name)) {
        throw wrong("name '" + name + "' given twice");
      }
      object.put(name, value());
      space();
    } while (next(','));
    expect('}');
    return object;
  }

  private List<@Nullable Object> array() {
    List<@Nullable Object> array = new ArrayList<>();
    space();
    if (next(']')) {
      return array;
    }
    do {
      array.add(value());
      space();
    } while (next(','));
    expect(']');
    return array;
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (true) {
      char c = take();
      if (c == '"') {
        return string.toString();
      }
      if (c < 0x20) {
        throw wrong("control character in a string");
      }
      string.append(c == '\\' ? escaped() : c);
    }
  }

  private char escaped() {
    char c = take();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw wrong("unknown escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(take(), 16);
      if (digit < 0) {
        throw wrong("bad \\u escape");
      }
      code = code * 16 + digit;
    }
    return (char) code;
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw wrong("unknown word");
    }
    at += word.length();
    return value;
  }

  private Object number() {
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String digits = text.substring(start, at);
    if (!digits.matches("-?(0|[1-9][0-9]{0,400})(\\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")) {
      throw wrong("no JSON value");
    }
    BigDecimal exact = new BigDecimal(digits);
    if (digits.matches("-?[0-9]{1,19}")
        && exact.compareTo(BigDecimal.valueOf(exact.longValue())) == 0) {
      return exact.longValue();
    }
    double near = exact.doubleValue();
    if (Double.isInfinite(near) || BigDecimal.valueOf(near).compareTo(exact) != 0) {
      throw wrong("number " + digits + " fits neither 64 bits nor a double; use format=line");
    }
    return near;
  }

  private void space() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\0';
  }

  private char take() {
    if (at >= text.length()) {
      throw wrong("ends too early");
    }
    return text.charAt(at++);
  }

  private boolean next(char c) {
    boolean found = peek() == c;
    at += found ? 1 : 0;
    return found;
  }

  private void expect(char c) {
    if (!next(c)) {
      throw wrong("'" + c + "' expected");
    }
  }

  private DataException wrong(String what) {
    return new DataException("is not JSON at character " + at + ": " + what);
  }
}
