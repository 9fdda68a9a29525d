package dev.daybook.eventlog.partition;

import java.util.OptionalLong;

/// What a partition knows of one producer, for who administers.
///
/// @param lastSequence -1 when nothing of this epoch was written
/// @param lastTimestampMs of its last batch or marker
/// @param coordinatorEpoch of its last marker, -1 when there was none
/// @param firstOffset of its open transaction
public record ActiveProducer(
    long producerId,
    short producerEpoch,
    int lastSequence,
    long lastTimestampMs,
    int coordinatorEpoch,
    OptionalLong firstOffset) {
  static ActiveProducer of(long id, KnownProducer producer) {
    return new ActiveProducer(
        id,
        producer.epoch(),
        producer.lastSequence(),
        producer.lastTimestampMs(),
        producer.coordinatorEpoch(),
        producer.firstOffset());
  }
}
