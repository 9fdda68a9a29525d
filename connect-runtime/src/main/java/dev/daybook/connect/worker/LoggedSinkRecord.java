package dev.daybook.connect.worker;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/// A sink record that remembers, through all transformations, the bytes it came from: a dead letter must hold those.
final class LoggedSinkRecord extends SinkRecord {

  private final ConsumerRecord<byte[], byte[]> original;

  LoggedSinkRecord(
      ConsumerRecord<byte[], byte[]> original,
      SchemaAndValue key,
      SchemaAndValue value,
      Iterable<Header> headers) {
    super(
        original.topic(),
        original.partition(),
        key.schema(),
        key.value(),
        value.schema(),
        value.value(),
        original.offset(),
        original.timestamp() < 0 ? null : original.timestamp(),
        original.timestampType(),
        headers);
    this.original = original;
  }

  private LoggedSinkRecord(
      ConsumerRecord<byte[], byte[]> original,
      String topic,
      Integer partition,
      Schema keySchema,
      Object key,
      Schema valueSchema,
      Object value,
      @Nullable Long timestamp,
      TimestampType timestampType,
      Iterable<Header> headers) {
    super(
        topic,
        partition,
        keySchema,
        key,
        valueSchema,
        value,
        original.offset(),
        timestamp,
        timestampType,
        headers,
        original.topic(),
        original.partition(),
        original.offset());
    this.original = original;
  }

  ConsumerRecord<byte[], byte[]> original() {
    return original;
  }

  @Override
  public SinkRecord newRecord(
      String topic,
      Integer partition,
      Schema keySchema,
      Object key,
      Schema valueSchema,
      Object value,
      @Nullable Long timestamp) {
    return newRecord(
        topic, partition, keySchema, key, valueSchema, value, timestamp, headers().duplicate());
  }

  @Override
  public SinkRecord newRecord(
      String topic,
      Integer partition,
      Schema keySchema,
      Object key,
      Schema valueSchema,
      Object value,
      @Nullable Long timestamp,
      Iterable<Header> headers) {
    return new LoggedSinkRecord(
        original,
        topic,
        partition,
        keySchema,
        key,
        valueSchema,
        value,
        timestamp,
        timestampType(),
        headers);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return super.equals(other);
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
