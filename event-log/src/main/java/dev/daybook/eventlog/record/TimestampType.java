package dev.daybook.eventlog.record;

/// Who dated a batch's records.
public enum TimestampType {
  /// The producer, each record by itself.
  CREATE_TIME,
  /// The log, when it appended the batch: one time for all records.
  LOG_APPEND_TIME
}
