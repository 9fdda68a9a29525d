package dev.daybook.auditui.web;

import dev.daybook.auditui.decode.Payload;
import dev.daybook.auditui.log.Coverage;
import dev.daybook.auditui.log.Event;
import dev.daybook.auditui.value.Envelope;
import dev.daybook.auditui.value.Tokens;
import dev.daybook.auditui.value.Value;
import dev.daybook.auditui.value.WellFormed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Function;

/// Events and coverage as the page reads them. Offsets and times are text, as every 64-bit number.
final class EventJson {
  private static final int MOST_RAW_BYTES = 64 << 10;

  private EventJson() {}

  /// A row of a list: payloads are cut to a glance, a row change is cut to its row.
  static JsonObject row(Event event) {
    var json = event(event, Tokens::glance);
    Envelope.of(event.value().value())
        .ifPresent(
            change ->
                json.put(
                    "change",
                    new JsonObject()
                        .put("op", WellFormed.text(change.op()))
                        .put("row", Tokens.glance(change.row()))));
    return json;
  }

  /// One event in full, with the stored bytes beside what they mean.
  static JsonObject full(Event event) {
    var json = event(event, Tokens::full);
    json.getJsonObject("key").mergeIn(raw(event.key()));
    json.getJsonObject("value").mergeIn(raw(event.value()));
    Envelope.of(event.value().value()).ifPresent(change -> json.put("change", change(change)));
    return json;
  }

  private static JsonObject event(Event event, Function<Value, JsonObject> tokens) {
    var headers = new JsonArray();
    for (var header : event.headers()) {
      headers.add(
          new JsonObject()
              .put("name", WellFormed.text(header.name()))
              .put("value", payload(header.value(), tokens)));
    }
    return new JsonObject()
        .put("topic", event.topic())
        .put("partition", event.partition())
        .put("offset", Long.toString(event.offset()))
        .put("timestampMs", Long.toString(event.timestampMs()))
        .put("timestampType", event.timestampType())
        .put("leaderEpoch", event.leaderEpoch().orElse(null))
        .put("key", payload(event.key(), tokens))
        .put("value", payload(event.value(), tokens))
        .put("headers", headers);
  }

  private static JsonObject payload(Payload payload, Function<Value, JsonObject> tokens) {
    var json =
        new JsonObject()
            .put("format", payload.format())
            .put("size", payload.size())
            .put("value", tokens.apply(payload.value()));
    payload
        .schema()
        .ifPresent(
            schema ->
                json.put(
                    "schema",
                    new JsonObject()
                        .put("id", schema.id())
                        .put("type", schema.type())
                        .put("name", WellFormed.text(schema.name()))));
    payload.problem().ifPresent(problem -> json.put("problem", WellFormed.text(problem)));
    return json;
  }

  private static JsonObject raw(Payload payload) {
    byte[] stored = payload.stored();
    if (stored == null) {
      return new JsonObject();
    }
    int kept = Math.min(stored.length, MOST_RAW_BYTES);
    return new JsonObject().put("raw", HexFormat.of().formatHex(Arrays.copyOf(stored, kept)));
  }

  private static JsonObject change(Envelope change) {
    var json =
        new JsonObject()
            .put("op", WellFormed.text(change.op()))
            .put("before", Tokens.full(change.before()))
            .put("after", Tokens.full(change.after()));
    change.source().ifPresent(source -> json.put("source", Tokens.full(source)));
    return json;
  }

  static JsonObject coverage(Coverage coverage) {
    var partitions = new JsonArray();
    for (var span : coverage.partitions()) {
      partitions.add(
          new JsonObject()
              .put("partition", span.partition())
              .put("from", Long.toString(span.from()))
              .put("to", Long.toString(span.to()))
              .put("start", Long.toString(span.start()))
              .put("end", Long.toString(span.end())));
    }
    return new JsonObject()
        .put("partitions", partitions)
        .put("scanned", coverage.scanned())
        .put("decodeFailures", coverage.decodeFailures())
        .put("complete", coverage.complete())
        .put("stoppedAt", coverage.stoppedAt().orElse(null))
        .put("elapsedMs", coverage.elapsedMs());
  }
}
