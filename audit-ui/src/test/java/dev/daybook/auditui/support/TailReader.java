package dev.daybook.auditui.support;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads server-sent events line by line, as their specification says.
public final class TailReader implements AutoCloseable {
  private final BufferedReader lines;
  private String lastId = "";

  TailReader(InputStream body) {
    lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  public String lastId() {
    return lastId;
  }

  public JsonObject next() {
    try {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("data: ")) {
          return new JsonObject(line.substring(6));
        }
      }
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    throw new AssertionError("the tail ended");
  }

  /// The values of the next so many events, each a text.
  public List<String> values(int count) {
    var values = new ArrayList<String>();
    while (values.size() < count) {
      for (var event : next().getJsonArray("events")) {
        var value = ((JsonObject) event).getJsonObject("value").getJsonObject("value");
        values.add(value.getString("text"));
      }
    }
    return values;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException alreadyGone) {
      throw new UncheckedIOException(alreadyGone);
    }
  }
}
