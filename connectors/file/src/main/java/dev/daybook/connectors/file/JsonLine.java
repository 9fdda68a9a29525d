package dev.daybook.connectors.file;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// A record as one line of JSON:
///
/// ```
/// {"topic":"orders","partition":0,"offset":17,"timestamp":1795342272123,"key":{"id":1},"value":{...}}
/// ```
///
/// with `"headers":[{"key":...,"value":...}]` behind if there are any. Topic, partition and offset come first and are
/// those of the log, whatever transforms did: by them the sink finds out where an object ends.
final class JsonLine {
  private static final Pattern OFFSET =
      Pattern.compile("^\\{\"topic\":\"[A-Za-z0-9._-]+\",\"partition\":\\d+,\"offset\":(\\d+),");

  private JsonLine() {}

  static byte[] of(SinkRecord record, boolean decimalsAsNumbers) {
    StringBuilder out = new StringBuilder(256);
    JsonWriter json = new JsonWriter(out, decimalsAsNumbers);
    out.append("{\"topic\":\"").append(record.originalTopic());
    out.append("\",\"partition\":").append(record.originalKafkaPartition());
    out.append(",\"offset\":").append(record.originalKafkaOffset());
    out.append(",\"timestamp\":").append(record.timestamp());
    json.name(false, "key");
    json.write(record.keySchema(), record.key());
    json.name(false, "value");
    json.write(record.valueSchema(), record.value());
    if (!record.headers().isEmpty()) {
      headers(record, out, json);
    }
    return out.append("}\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void headers(SinkRecord record, StringBuilder out, JsonWriter json) {
    json.name(false, "headers");
    char separator = '[';
    for (Header header : record.headers()) {
      out.append(separator).append('{');
      json.name(true, "key");
      json.write(null, header.key());
      json.name(false, "value");
      json.write(header.schema(), header.value());
      out.append('}');
      separator = ',';
    }
    out.append(']');
  }

  /// The offset a line of this form carries, or null if it is none.
  static @Nullable Long offset(String line) {
    Matcher offset = OFFSET.matcher(line);
    try {
      return offset.find() ? Long.valueOf(offset.group(1)) : null;
    } catch (NumberFormatException tooLarge) {
      throw new DataException("offset out of range", tooLarge);
    }
  }
}
