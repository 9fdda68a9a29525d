package dev.daybook.auditui.value;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// Writes a [Value] as the JSON the page reads, within a budget. What does not fit is counted in
/// `more` at the place where it was cut, so that a shortened view never looks like the whole.
///
/// | value    | JSON |
/// |----------|------|
/// | null     | `{"type":"null"}` |
/// | scalar   | `{"type":"long","text":"9007199254740993","reading":"…"}` |
/// | bytes    | `{"type":"bytes","text":"00ff","size":2}` |
/// | record   | `{"type":"record","name":"orders.Order","fields":[{"name":"id","value":{…}}]}` |
/// | array    | `{"type":"array","items":[…]}` |
/// | cut off  | `"more":n` beside `text`, `fields` or `items`: n characters, bytes, fields or items are left out |
public final class Tokens {
  private static final int DEEPEST = 100;

  private int nodesLeft;
  private int charactersLeft;

  private Tokens(int nodes, int characters) {
    this.nodesLeft = nodes;
    this.charactersLeft = characters;
  }

  /// A whole event: enough for any payload a person can read.
  public static JsonObject full(Value value) {
    return new Tokens(20_000, 1_048_576).write(value, 0);
  }

  /// A row of a list: what fits into a few lines of text.
  public static JsonObject glance(Value value) {
    return new Tokens(48, 600).write(value, 0);
  }

  private JsonObject write(Value value, int depth) {
    nodesLeft--;
    return switch (value) {
      case Value.Nil nil -> new JsonObject().put("type", "null");
      case Value.Scalar scalar -> scalar(scalar);
      case Value.Bytes bytes -> bytes(bytes);
      case Value.Struct struct -> struct(struct, depth);
      case Value.Sequence sequence -> sequence(sequence, depth);
    };
  }

  private JsonObject scalar(Value.Scalar scalar) {
    var json = new JsonObject().put("type", scalar.type());
    text(json, scalar.text());
    scalar.reading().ifPresent(reading -> json.put("reading", reading));
    return json;
  }

  private void text(JsonObject json, String text) {
    int kept = Math.min(text.length(), Math.max(charactersLeft, 1));
    if (kept < text.length() && Character.isHighSurrogate(text.charAt(kept - 1))) {
      kept++;
    }
    charactersLeft -= kept;
    json.put("text", WellFormed.text(text.substring(0, kept)));
    if (kept < text.length()) {
      json.put("more", text.length() - kept);
    }
  }

  private JsonObject bytes(Value.Bytes bytes) {
    int size = bytes.content().length;
    int kept = Math.min(size, Math.max(charactersLeft / 2, 1));
    charactersLeft -= 2 * kept;
    var hex = HexFormat.of().formatHex(Arrays.copyOf(bytes.content(), kept));
    var json = new JsonObject().put("type", bytes.type()).put("text", hex).put("size", size);
    return kept < size ? json.put("more", size - kept) : json;
  }

  private JsonObject struct(Value.Struct struct, int depth) {
    var json = new JsonObject().put("type", struct.type());
    struct.name().ifPresent(name -> json.put("name", WellFormed.text(name)));
    var fields = new JsonArray();
    int cut = 0;
    for (var field : struct.fields()) {
      if (spent(depth)) {
        cut++;
        continue;
      }
      charactersLeft -= field.name().length();
      fields.add(
          new JsonObject()
              .put("name", WellFormed.text(field.name()))
              .put("value", write(field.value(), depth + 1)));
    }
    return withRest(json.put("fields", fields), cut);
  }

  private JsonObject sequence(Value.Sequence sequence, int depth) {
    List<Value> items = sequence.items();
    var written = new JsonArray();
    for (int i = 0; i < items.size() && !spent(depth); i++) {
      written.add(write(items.get(i), depth + 1));
    }
    var json = new JsonObject().put("type", "array").put("items", written);
    return withRest(json, items.size() - written.size());
  }

  private boolean spent(int depth) {
    return nodesLeft <= 0 || charactersLeft <= 0 || depth >= DEEPEST;
  }

  private static JsonObject withRest(JsonObject json, int cut) {
    return cut > 0 ? json.put("more", cut) : json;
  }
}
