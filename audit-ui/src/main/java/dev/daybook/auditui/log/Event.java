package dev.daybook.auditui.log;

import dev.daybook.auditui.decode.Payload;
import dev.daybook.auditui.decode.PayloadDecoder;
import dev.daybook.auditui.value.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// One record as a person reads it, at its place in the log.
public record Event(
    String topic,
    int partition,
    long offset,
    long timestampMs,
    String timestampType,
    Optional<Integer> leaderEpoch,
    Payload key,
    Payload value,
    List<HeaderValue> headers) {

  /// Headers keep their order, and a name may come more than once.
  public record HeaderValue(String name, Payload value) {}

  static Event of(ConsumerRecord<byte[], byte[]> record, PayloadDecoder decoder) {
    var headers = new ArrayList<HeaderValue>();
    for (var header : record.headers()) {
      headers.add(new HeaderValue(header.key(), decoder.plain(header.value())));
    }
    return new Event(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType().name,
        record.leaderEpoch(),
        decoder.decode(record.key()),
        decoder.decode(record.value()),
        headers);
  }

  /// A payload that claimed a schema and could not be read by it.
  boolean failed() {
    return key.problem().isPresent() || value.problem().isPresent();
  }

  /// Whether the text stands in the key, the value or a header, as decoded or as stored.
  boolean contains(String text) {
    Predicate<String> test = candidate -> candidate.contains(text);
    return headers.stream().anyMatch(header -> test.test(header.name()))
        || payloads().anyMatch(payload -> holds(payload, text, test));
  }

  private Stream<Payload> payloads() {
    return Stream.concat(Stream.of(key, value), headers.stream().map(HeaderValue::value));
  }

  private static boolean holds(Payload payload, String text, Predicate<String> test) {
    if (payload.value() instanceof Value.Bytes && payload.stored() != null) {
      return new String(payload.stored(), StandardCharsets.UTF_8).contains(text)
          || payload.value().anyText(test);
    }
    return payload.value().anyText(test);
  }
}
