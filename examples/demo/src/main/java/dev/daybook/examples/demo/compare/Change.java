package dev.daybook.examples.demo.compare;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One event about a row, as the log and the files hold it.
///
/// @param kind Debezium's letter: r read in a snapshot, c created, u updated, d deleted; - is a tombstone
/// @param lsn where PostgreSQL's own log has the change; 0 for a tombstone
/// @param row the row behind the change, null where it is gone
public record Change(
    Shape shape,
    int partition,
    long offset,
    char kind,
    long id,
    long version,
    long lsn,
    @Nullable Row row) {
  static final char TOMBSTONE = '-';
  static final char DELETE = 'd';

  /// A change that somebody made, whatever the number of events that tell of it.
  public record Mark(String table, char kind, long id, long version) {
    @Override
    public String toString() {
      String what =
          switch (kind) {
            case 'r' -> "row in the snapshot";
            case 'c' -> "insert";
            case 'u' -> "update to version " + version;
            case 'd' -> "delete";
            default -> "change '" + kind + "'";
          };
      return what + " of " + table + " " + id;
    }
  }

  /// Where an event stands in the log.
  public record Place(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "/" + partition + "@" + offset;
    }
  }

  /// Reads a change event: key and value as nested maps.
  static Change of(
      Shape shape,
      int partition,
      long offset,
      Map<String, @Nullable Object> key,
      @Nullable Map<String, @Nullable Object> value) {
    long id = number(key, "id");
    if (value == null) {
      return new Change(shape, partition, offset, TOMBSTONE, id, 0, 0, null);
    }
    char kind = Objects.requireNonNull(value.get("op"), "op").toString().charAt(0);
    @Nullable Map<String, @Nullable Object> after = fields(value, "after");
    Map<String, @Nullable Object> source =
        Objects.requireNonNull(fields(value, "source"), "source");
    long version = after == null ? 0 : number(after, "version");
    @Nullable Row row = after == null ? null : shape.row(after);
    return new Change(shape, partition, offset, kind, id, version, number(source, "lsn"), row);
  }

  public Mark mark() {
    return new Mark(shape.table(), kind, id, version);
  }

  Place place() {
    return new Place(shape.topic(), partition, offset);
  }

  private static long number(Map<String, @Nullable Object> fields, String name) {
    return fields.get(name) instanceof Number number ? number.longValue() : 0;
  }

  @SuppressWarnings("unchecked")
  private static @Nullable Map<String, @Nullable Object> fields(
      Map<String, @Nullable Object> of, String name) {
    return (Map<String, @Nullable Object>) of.get(name);
  }
}
