package dev.daybook.connectors.jdbc;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Whose fault a failed statement is, by SQLSTATE: the moment's, the record's, or the set-up's.
enum SqlFailure {
  /// Connection lost, server starting, deadlock, a table changed under us: try again.
  PASSING,
  /// The record's values break a type or a constraint: set the record aside, go on.
  RECORD,
  /// Wrong password, no permission, disk full: a person must act.
  LASTING;

  private static final Set<String> PASSING_STATES =
      Set.of(
          "40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03", "57P05", "HYT00",
          "HYT01", "90020", "90067", "90098", "90121", "90131", "42P01", "42703", "42S02", "42S22",
          "42S03", "42S04");
  private static final Set<String> RECORD_STATES = Set.of("42804", "42846", "54000");

  static SqlFailure of(SQLException failure) {
    Set<String> states = states(failure);
    if (states.stream().anyMatch(state -> state.startsWith("28"))) {
      return LASTING;
    }
    if (states.stream().anyMatch(SqlFailure::isPassing)) {
      return PASSING;
    }
    if (states.stream().anyMatch(SqlFailure::isRecord)) {
      return RECORD;
    }
    boolean passing =
        failure instanceof SQLTransientException
            || failure instanceof SQLRecoverableException
            || failure instanceof SQLNonTransientConnectionException;
    return passing ? PASSING : LASTING;
  }

  private static boolean isPassing(String state) {
    return state.startsWith("08") || PASSING_STATES.contains(state);
  }

  private static boolean isRecord(String state) {
    return state.startsWith("22")
        || state.startsWith("23")
        || state.startsWith("21")
        || state.startsWith("44")
        || RECORD_STATES.contains(state);
  }

  /// The states of an exception, of those batched behind it and of its causes.
  private static Set<String> states(SQLException failure) {
    Set<String> states = new HashSet<>();
    Set<Throwable> seen = new HashSet<>();
    collect(failure, states, seen);
    return states;
  }

  private static void collect(
      @Nullable Throwable failure, Set<String> states, Set<Throwable> seen) {
    if (failure == null || !seen.add(failure)) {
      return;
    }
    if (failure instanceof SQLException sql) {
      if (sql.getSQLState() != null) {
        states.add(sql.getSQLState());
      }
      collect(sql.getNextException(), states, seen);
    }
    collect(failure.getCause(), states, seen);
  }
}
