package dev.daybook.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// What a run measured, round by round.
final class Scores {
  private final Map<String, Map<Contender, List<Outcome>>> outcomes = new LinkedHashMap<>();
  private final Map<Contender, List<Footprint>> footprints = new EnumMap<>(Contender.class);
  private final List<DiskBound> disk = new ArrayList<>();

  void add(Case which, Contender contender, Outcome outcome) {
    outcomes
        .computeIfAbsent(which.id(), id -> new EnumMap<>(Contender.class))
        .computeIfAbsent(contender, any -> new ArrayList<>())
        .add(outcome);
  }

  void add(Contender contender, Footprint footprint) {
    footprints.computeIfAbsent(contender, any -> new ArrayList<>()).add(footprint);
  }

  void add(DiskBound bound) {
    disk.add(bound);
  }

  List<DiskBound> disk() {
    return disk;
  }

  boolean has(Case which) {
    return outcomes.containsKey(which.id());
  }

  boolean hasFootprints() {
    return !footprints.isEmpty();
  }

  Spread of(Case which, Contender contender, ToDoubleFunction<Outcome> figure) {
    return Spread.of(rounds(which, contender).stream().mapToDouble(figure));
  }

  Spread of(Contender contender, ToDoubleFunction<Footprint> figure) {
    return Spread.of(footprints.getOrDefault(contender, List.of()).stream().mapToDouble(figure));
  }

  /// One contender's figure by another's, of the same round each.
  Spread ratio(Case which, Contender above, Contender below, ToDoubleFunction<Outcome> figure) {
    return ratio(rounds(which, above), rounds(which, below), figure);
  }

  private static Spread ratio(
      List<Outcome> tops, List<Outcome> bottoms, ToDoubleFunction<Outcome> figure) {
    int rounds = Math.min(tops.size(), bottoms.size());
    return Spread.of(
        IntStream.range(0, rounds)
            .mapToDouble(
                round ->
                    figure.applyAsDouble(tops.get(round))
                        / figure.applyAsDouble(bottoms.get(round))));
  }

  /// One case's figure by another's of the same contender, of the same round each.
  Spread ratio(Case above, Case below, Contender contender, ToDoubleFunction<Outcome> figure) {
    return ratio(rounds(above, contender), rounds(below, contender), figure);
  }

  private List<Outcome> rounds(Case which, Contender contender) {
    return outcomes.getOrDefault(which.id(), Map.of()).getOrDefault(contender, List.of());
  }
}
