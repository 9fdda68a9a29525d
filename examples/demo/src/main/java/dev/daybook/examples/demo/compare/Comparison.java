package dev.daybook.examples.demo.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Finds what differs between places that should hold the same. Each finding is a sentence that names the row, the
/// column and both values; they are kept in the order in which they were found.
public final class Comparison {
  private final List<String> differences = new ArrayList<>();
  private int repeatedEvents;

  /// What was found; empty if all is equal.
  public List<String> differences() {
    return Collections.unmodifiableList(differences);
  }

  /// Events that told once more of a change the log already told of.
  public int repeatedEvents() {
    return repeatedEvents;
  }

  /// Compares all tables row by row.
  public void rows(Tables expected, String here, Tables actual, String there) {
    for (Shape shape : Shape.ALL) {
      NavigableMap<Long, Row> left = expected.of(shape);
      NavigableMap<Long, Row> right = actual.of(shape);
      Set<Long> ids = new TreeSet<>(left.keySet());
      ids.addAll(right.keySet());
      for (Long id : ids) {
        String difference = difference(left.get(id), here, right.get(id), there);
        if (difference != null) {
          differences.add(shape.table() + " " + id + ": " + difference);
        }
      }
    }
  }

  private static @Nullable String difference(
      @Nullable Row left, String here, @Nullable Row right, String there) {
    if (left == null) {
      return "is in " + there + ", not in " + here;
    }
    return right == null
        ? "is in " + here + ", not in " + there
        : left.differenceFrom(right, here, there);
  }

  /// Compares what was done to the source with what the log tells: each change once. A source that was killed may tell
  /// of a change again, but only as PostgreSQL's own log has it, at the same place; those are counted. A snapshot that
  /// was begun anew reads its rows anew.
  public void changes(Set<Change.Mark> made, List<Change> told) {
    Map<Change.Mark, Long> lsns = new LinkedHashMap<>();
    for (Change change : told) {
      if (change.kind() != Change.TOMBSTONE) {
        Long before = lsns.putIfAbsent(change.mark(), change.lsn());
        if (before != null) {
          repeat(change, before);
        }
      }
    }
    made.stream()
        .filter(mark -> !lsns.containsKey(mark))
        .forEach(mark -> differences.add("the log does not tell of the " + mark));
    lsns.keySet().stream()
        .filter(mark -> !made.contains(mark))
        .forEach(mark -> differences.add("the log tells of the " + mark + ", which nobody made"));
  }

  private void repeat(Change change, long lsn) {
    repeatedEvents++;
    if (change.kind() != 'r' && change.lsn() != lsn) {
      differences.add(
          change.place()
              + " tells of the "
              + change.mark()
              + " a second time, as a change of its own");
    }
  }

  /// Compares the files with the log event by event: each once, unaltered.
  public void events(List<Change> log, List<Change> files) {
    Map<Change.Place, Change> written = new LinkedHashMap<>();
    for (Change change : files) {
      if (written.put(change.place(), change) != null) {
        differences.add(change.place() + " is twice in the files");
      }
    }
    for (Change change : log) {
      Change line = written.remove(change.place());
      if (line == null) {
        differences.add(change.place() + " is in the log, not in the files");
      } else if (!line.equals(change)) {
        differences.add(change.place() + " is another event in the files than in the log");
      }
    }
    written.keySet().forEach(place -> differences.add(place + " is in the files, not in the log"));
  }
}
