package dev.daybook.eventlog.partition;

/// A transaction that has records in a partition and no marker yet.
public record OpenTransaction(long producerId, short producerEpoch, long firstOffset) {}
