package dev.daybook.eventlog.labs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// What a lab did and found, to be asserted and written down.
final class Tally {
  private final String lab;
  private final long seed;
  private final long startedNs = System.nanoTime();
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Integer> more = new LinkedHashMap<>();
  private int stops;
  private int acknowledged;

  Tally(String lab, long seed) {
    this.lab = lab;
    this.seed = seed;
    System.out.println(lab + ": seed=" + seed);
  }

  /// Judges what these clients saw over so many stops.
  void add(int newStops, Load load) {
    stops += newStops;
    acknowledged += load.history().acknowledgedBatches();
    violations.addAll(load.verdict());
    System.out.println(this); // A long run that is ended early has said what it did.
  }

  /// Notes what a judge found.
  void add(List<Violation> found) {
    violations.addAll(found);
  }

  void broken(Violation.Rule rule, String what) {
    violations.add(new Violation(rule, what));
  }

  /// Opens a log on what a stop left. That this works is a promise, too.
  ///
  /// @return the port; empty when the server does not open
  OptionalInt reopen(LabProcess server, Path data, int port) {
    try {
      return OptionalInt.of(server.open(data, port));
    } catch (IOException e) {
      broken(Violation.Rule.OPENS_AGAIN, String.valueOf(e.getMessage()));
      return OptionalInt.empty();
    }
  }

  /// Notes another number.
  void also(String what, int count) {
    more.merge(what, count, Integer::sum);
  }

  /// Notes a number that is counted elsewhere.
  void set(String what, int count) {
    more.put(what, count);
  }

  int count(String what) {
    return more.getOrDefault(what, 0);
  }

  List<Violation> violations() {
    return violations;
  }

  int acknowledgedBatches() {
    return acknowledged;
  }

  @Override
  public String toString() {
    return "%s: seed=%d stops=%d%s acknowledged batches=%d violations=%s seconds=%d"
        .formatted(
            lab,
            seed,
            stops,
            details(),
            acknowledged,
            violations.isEmpty() ? "0" : violations.toString(),
            (System.nanoTime() - startedNs) / 1_000_000_000);
  }

  private String details() {
    StringBuilder said = new StringBuilder();
    more.forEach((what, count) -> said.append(' ').append(what).append('=').append(count));
    return said.toString();
  }
}
