package dev.daybook.connect.worker;

import dev.daybook.connect.plugin.LoaderSwap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/// Turns a source's record into one for the log: through the transformations, then the converters.
final class SourceConversion {

  private final Transforms<SourceRecord> transforms;
  private final Converters converters;
  private final ErrorHandling errors;

  SourceConversion(
      Transforms<SourceRecord> transforms, Converters converters, ErrorHandling errors) {
    this.transforms = transforms;
    this.converters = converters;
    this.errors = errors;
  }

  /// The record to send, or null if it was filtered, or skipped because its failure is tolerated.
  @Nullable ProducerRecord<byte[], byte[]> convert(SourceRecord original) {
    Outcome<SourceRecord> transformed =
        transforms.apply(
            original, (by, step) -> errors.onSource(Stage.TRANSFORMATION, by, original, step));
    if (!(transformed instanceof Outcome.Done<SourceRecord>(SourceRecord record))
        || record == null) {
      return null;
    }
    RecordHeaders headers = new RecordHeaders();
    if (!(run(
                Stage.HEADER_CONVERTER,
                converters.header(),
                original,
                () -> convertHeaders(record, headers))
            instanceof Outcome.Done<byte[]>)
        || !(run(
                Stage.KEY_CONVERTER,
                converters.key(),
                original,
                () ->
                    converters
                        .key()
                        .fromConnectData(record.topic(), headers, record.keySchema(), record.key()))
            instanceof Outcome.Done<byte[]>(byte[] key))
        || !(run(
                Stage.VALUE_CONVERTER,
                converters.value(),
                original,
                () ->
                    converters
                        .value()
                        .fromConnectData(
                            record.topic(), headers, record.valueSchema(), record.value()))
            instanceof Outcome.Done<byte[]>(byte[] value))) {
      return null;
    }
    return new ProducerRecord<>(
        record.topic(), record.kafkaPartition(), timestamp(record), key, value, headers);
  }

  private Outcome<byte[]> run(
      Stage stage, Object converter, SourceRecord original, Callable<byte @Nullable []> body) {
    ClassLoader loader = converter.getClass().getClassLoader();
    return errors.onSource(
        stage,
        converter.getClass(),
        original,
        () -> {
          try (LoaderSwap _ = LoaderSwap.to(loader)) {
            return body.call();
          }
        });
  }

  private byte @Nullable [] convertHeaders(SourceRecord record, RecordHeaders headers) {
    for (Header header : record.headers()) {
      headers.add(
          header.key(),
          converters
              .header()
              .fromConnectHeader(record.topic(), header.key(), header.schema(), header.value()));
    }
    return null;
  }

  private static @Nullable Long timestamp(SourceRecord record) {
    Long timestamp = record.timestamp();
    if (timestamp != null && timestamp < -1) {
      throw new DataException("The record's timestamp " + timestamp + " is negative");
    }
    return timestamp == null || timestamp < 0 ? null : timestamp;
  }
}
