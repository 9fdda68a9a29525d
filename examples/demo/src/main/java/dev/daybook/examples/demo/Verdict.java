package dev.daybook.examples.demo;

import dev.daybook.examples.demo.compare.Change;
import dev.daybook.examples.demo.compare.Comparison;
import dev.daybook.examples.demo.compare.LineFiles;
import dev.daybook.examples.demo.compare.Shape;
import dev.daybook.examples.demo.compare.Tables;
import dev.daybook.examples.demo.source.Database;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/// Compares all places once the server has ended, and says what it found.
record Verdict(Path folder, Database database, Screen screen) {
  private static final int SHOWN = 10;

  /// Compares.
  ///
  /// @param made every change made in the source
  /// @param log every event in the log
  /// @return the exit code: 0 if nothing differs
  int of(Set<Change.Mark> made, List<Change> log) throws IOException, SQLException {
    Tables source = source();
    Tables h2 = h2();
    List<Change> lines = LineFiles.read(folder.resolve("sinks").resolve("lines"));
    Comparison comparison = new Comparison();
    comparison.changes(made, log);
    comparison.rows(source, "the source", Tables.after(log), "the log");
    comparison.rows(source, "the source", h2, "H2");
    comparison.rows(source, "the source", Tables.after(lines), "the JSON lines");
    comparison.events(log, lines);
    show(source, log, h2, lines, comparison);
    return comparison.differences().isEmpty() ? 0 : 1;
  }

  private Tables source() throws SQLException {
    try (Connection connection = database.connect()) {
      return Tables.read(connection, "orders.");
    }
  }

  private Tables h2() throws SQLException {
    String url =
        "jdbc:h2:file:" + folder.resolve("sinks").resolve("h2").resolve("shop") + ";IFEXISTS=TRUE";
    try (Connection connection = DriverManager.getConnection(url, "", "")) {
      return Tables.read(connection, "");
    }
  }

  private void show(
      Tables source, List<Change> log, Tables h2, List<Change> lines, Comparison comparison) {
    screen.show("");
    screen.show(line("source", source) + "   PostgreSQL");
    screen.show(
        line("log", Tables.after(log))
            + "   what "
            + log.size()
            + " events come to: "
            + kinds(log));
    screen.show(line("H2", h2) + "   by the JDBC sink");
    screen.show(
        line("JSON lines", Tables.after(lines)) + "   what " + lines.size() + " lines come to");
    if (comparison.repeatedEvents() > 0) {
      screen.show(
          comparison.repeatedEvents()
              + " events tell once more of a change, at the same place in PostgreSQL's log: after a kill the source repeats"
              + " what it could not confirm. The sinks took each once.");
    }
    List<String> differences = comparison.differences();
    differences.stream().limit(SHOWN).forEach(difference -> screen.show("differs: " + difference));
    if (differences.size() > SHOWN) {
      screen.show("and " + (differences.size() - SHOWN) + " more");
    }
    screen.show(
        differences.isEmpty()
            ? "equal, row by row: nothing lost, nothing doubled"
            : differences.size() + " differences");
  }

  private static String line(String place, Tables tables) {
    return String.format(
        "%-10s %5d customers %6d orders",
        place, tables.of(Shape.CUSTOMERS).size(), tables.of(Shape.ORDERS).size());
  }

  private static String kinds(List<Change> log) {
    return count(log, 'r')
        + " read, "
        + count(log, 'c')
        + " created, "
        + count(log, 'u')
        + " updated, "
        + count(log, 'd')
        + " deleted, "
        + count(log, '-')
        + " tombstones";
  }

  private static long count(List<Change> log, char kind) {
    return log.stream().filter(change -> change.kind() == kind).count();
  }
}
