package dev.daybook.connect.worker;

import dev.daybook.connect.plugin.LoaderSwap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// Turns a record of the log into one for a sink: through the converters, then the transformations.
final class SinkConversion {

  private final Transforms<SinkRecord> transforms;
  private final Converters converters;
  private final ErrorHandling errors;

  SinkConversion(Transforms<SinkRecord> transforms, Converters converters, ErrorHandling errors) {
    this.transforms = transforms;
    this.converters = converters;
    this.errors = errors;
  }

  /// The record for the task, or null if it was filtered, or skipped because its failure is tolerated.
  @Nullable SinkRecord convert(ConsumerRecord<byte[], byte[]> original) {
    if (!(run(
                Stage.KEY_CONVERTER,
                converters.key(),
                original,
                () ->
                    converters
                        .key()
                        .toConnectData(original.topic(), original.headers(), original.key()))
            instanceof Outcome.Done<SchemaAndValue>(SchemaAndValue key))
        || key == null
        || !(run(
                Stage.VALUE_CONVERTER,
                converters.value(),
                original,
                () ->
                    converters
                        .value()
                        .toConnectData(original.topic(), original.headers(), original.value()))
            instanceof Outcome.Done<SchemaAndValue>(SchemaAndValue value))
        || value == null
        || !(run(Stage.HEADER_CONVERTER, converters.header(), original, () -> headers(original))
            instanceof Outcome.Done<ConnectHeaders>(ConnectHeaders headers))
        || headers == null) {
      return null;
    }
    SinkRecord record = new LoggedSinkRecord(original, key, value, headers);
    Outcome<SinkRecord> transformed =
        transforms.apply(
            record, (by, step) -> errors.onSink(Stage.TRANSFORMATION, by, original, step));
    return transformed instanceof Outcome.Done<SinkRecord>(SinkRecord result) ? result : null;
  }

  private <T> Outcome<T> run(
      Stage stage, Object converter, ConsumerRecord<byte[], byte[]> original, Callable<T> body) {
    ClassLoader loader = converter.getClass().getClassLoader();
    return errors.onSink(
        stage,
        converter.getClass(),
        original,
        () -> {
          try (LoaderSwap _ = LoaderSwap.to(loader)) {
            return body.call();
          }
        });
  }

  private ConnectHeaders headers(ConsumerRecord<byte[], byte[]> original) {
    ConnectHeaders headers = new ConnectHeaders();
    for (Header header : original.headers()) {
      headers.add(
          header.key(),
          converters.header().toConnectHeader(original.topic(), header.key(), header.value()));
    }
    return headers;
  }
}
