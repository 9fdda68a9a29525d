package dev.daybook.eventlog.log;

/// A record's offset and its timestamp in milliseconds.
public record TimestampedOffset(long timestampMs, long offset) {}
