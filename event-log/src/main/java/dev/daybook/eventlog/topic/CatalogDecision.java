package dev.daybook.eventlog.topic;

import java.util.List;

/// What the catalogue says to a request: the facts to write down, or why not.
public sealed interface CatalogDecision {
  /// Becomes true when these records are in the catalogue's partition.
  record Accepted(List<CatalogRecord> records) implements CatalogDecision {
    public Accepted {
      records = List.copyOf(records);
    }
  }

  record Refused(Reason reason, String message) implements CatalogDecision {}

  enum Reason {
    NAME_TAKEN,
    ILLEGAL_NAME,
    ILLEGAL_PARTITIONS,
    ILLEGAL_CONFIG,
    UNKNOWN_TOPIC,
    STORAGE_FULL,
    /// The catalogue itself is damaged; somebody must decide.
    DAMAGED,
    STOPPING
  }
}
