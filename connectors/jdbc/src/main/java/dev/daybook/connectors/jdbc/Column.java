package dev.daybook.connectors.jdbc;

/// A column of the target as the database describes it. `size` and `scale` mean something only where `limited`.
record Column(String name, Kind kind, String typeName, int size, int scale, boolean limited) {
  /// What can be bound to a column; each dialect sorts its types into these.
  enum Kind {
    BOOLEAN,
    INTEGER,
    NUMERIC,
    REAL,
    DOUBLE,
    TEXT,
    BYTES,
    DATE,
    TIME,
    TIMESTAMP,
    TIMESTAMP_TZ,
    UUID,
    JSON,
    ARRAY,
    /// Anything the database can read from text: enum, inet, interval, xml and so on.
    FROM_TEXT
  }
}
