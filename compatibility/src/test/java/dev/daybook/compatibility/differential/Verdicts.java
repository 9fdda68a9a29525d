package dev.daybook.compatibility.differential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.daybook.compatibility.differential.Differences.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the comparing has found so far.
final class Verdicts {
  private final Differences differences;
  private final Set<Row> used = new LinkedHashSet<>();
  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final Map<String, Integer> steps = new LinkedHashMap<>();
  private int unspeakable;

  /// Differences of one kind that no row allows: the first of them, and how many there were.
  private static final class Finding {
    private final String first;
    private int times;

    private Finding(String first) {
      this.first = first;
    }
  }

  Verdicts(Differences differences) {
    this.differences = differences;
  }

  /// Whether nothing differs that is neither allowed nor known by now.
  boolean areAlike(Ask ask, JsonNode kafka, JsonNode daybook) {
    return Mismatch.between(kafka, daybook).stream()
        .allMatch(
            mismatch ->
                differences.allow(ask.step(), mismatch)
                    || findings.containsKey(kind(ask.step(), mismatch)));
  }

  void compare(Ask ask, JsonNode kafka, JsonNode daybook) {
    compare(ask.step(), "v" + ask.version() + " " + ask.body() + recipes(ask), kafka, daybook);
  }

  private static String recipes(Ask ask) {
    return ask.batches().isEmpty() ? "" : " " + ask.batches();
  }

  /// @param said what was asked, for whoever looks into a difference
  void compare(String step, String said, JsonNode kafka, JsonNode daybook) {
    steps.merge(step, 1, Integer::sum);
    for (Mismatch mismatch : Mismatch.between(kafka, daybook)) {
      List<Row> allowing =
          differences.rows().stream().filter(row -> row.allows(step, mismatch)).toList();
      used.addAll(allowing);
      if (allowing.isEmpty()) {
        note(step, said, mismatch, kafka, daybook);
      }
    }
  }

  private static String kind(String step, Mismatch mismatch) {
    return String.join(
        " | ",
        step,
        mismatch.path().replaceAll("\\[[^]]*]", "[*]"),
        shortened(mismatch.kafka()),
        shortened(mismatch.daybook()));
  }

  private static String shortened(String value) {
    return value.matches("-?\\d{2,}") ? "number" : value;
  }

  private void note(String step, String said, Mismatch mismatch, JsonNode kafka, JsonNode daybook) {
    findings.computeIfAbsent(
            kind(step, mismatch),
            unseen ->
                new Finding(
                    "  at step "
                        + steps.values().stream().mapToInt(Integer::intValue).sum()
                        + ", "
                        + mismatch.path()
                        + "\n    asked   "
                        + said
                        + "\n    Kafka   "
                        + kafka
                        + "\n    Daybook "
                        + daybook))
        .times++;
  }

  /// A request that its version has no words for was drawn; that says something of the drawing only.
  void unspeakable(Ask ask, IllegalArgumentException why) {
    unspeakable++;
    if (unspeakable <= 5) {
      System.out.println(
          "not asked: " + ask.step() + " v" + ask.version() + ": " + why.getMessage());
    }
  }

  int asked() {
    return steps.values().stream().mapToInt(Integer::intValue).sum();
  }

  int unspeakable() {
    return unspeakable;
  }

  Map<String, Integer> steps() {
    return steps;
  }

  /// Every kind of difference that the list does not allow, in a line each.
  List<String> findings() {
    List<String> told = new ArrayList<>();
    findings.forEach((kind, finding) -> told.add(kind + " | " + finding.times + " times"));
    return told;
  }

  /// The same with the first case of each.
  List<String> firstCases() {
    List<String> told = new ArrayList<>();
    findings.forEach((kind, finding) -> told.add(kind + "\n" + finding.first));
    return told;
  }

  /// Faults of the list that were not met: they may have been mended.
  List<Row> unusedFaults() {
    return differences.rows().stream()
        .filter(Row::fault)
        .filter(row -> !used.contains(row))
        .toList();
  }
}
