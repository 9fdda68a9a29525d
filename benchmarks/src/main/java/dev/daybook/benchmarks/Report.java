package dev.daybook.benchmarks;

import static dev.daybook.benchmarks.Contender.DAYBOOK;
import static dev.daybook.benchmarks.Contender.KAFKA;
import static dev.daybook.benchmarks.Contender.KAFKA_FORCED;
import static dev.daybook.benchmarks.Contender.NULL_BROKER;
import static dev.daybook.benchmarks.Contender.NULL_BROKER_FORCED;
import static dev.daybook.benchmarks.Contender.NULL_BROKER_KEPT;
import static dev.daybook.benchmarks.Contender.NULL_BROKER_TWICE;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// The run as Markdown tables: medians, and in brackets the least and the most of all rounds. Ratios are taken round
/// by round.
final class Report {
  private static final double MB = 1e6;

  private static final List<Class<? extends Case>> ALL =
      List.of(
          ToolProduce.class, ToolConsume.class, LeanProduce.class, LeanFetch.class, ColdRead.class);

  private final Scores scores;
  private final List<Case> cases;
  private final StringBuilder text = new StringBuilder();

  Report(Scores scores, List<Case> cases) {
    this.scores = scores;
    this.cases = cases.stream().filter(scores::has).toList();
  }

  String markdown() {
    disk();
    rates(
        "Kafka's own tools, MB/s of record values", List.of(ToolProduce.class, ToolConsume.class));
    latencies("Kafka's own tools, p50 / p99 after warm-up, ms", List.of(ToolProduce.class));
    whoForces();
    rates(
        "Lean generator, MB/s of requests and batches",
        List.of(LeanProduce.class, LeanFetch.class, ColdRead.class));
    latencies(
        "Lean generator, p50 / p99, ms",
        List.of(
            LeanProduce.class,
            LeanFetch.class,
            LeanTrickle.class,
            ColdRead.class,
            BesideCrowd.class));
    bounds();
    beside();
    cpu();
    costs();
    footprint();
    return text.toString();
  }

  private void disk() {
    row("The disk", "force p50 ms", "force p99 ms", "MB/s, each byte counted once");
    rule(4);
    for (DiskBound bound : scores.disk()) {
      row(
          bound.title(),
          format("%.2f", bound.p50Ms()),
          format("%.2f", bound.p99Ms()),
          format("%.0f", bound.bytesPerSecond() / MB));
    }
  }

  private void rates(String title, List<Class<? extends Case>> kinds) {
    table(
        List.of(
            title,
            "Daybook",
            "Kafka",
            "Kafka, forced",
            "null broker",
            "Daybook / Kafka",
            "Daybook / Kafka, forced"),
        which -> {
          boolean lone = which instanceof LeanProduce lean && lean.isLone();
          ToDoubleFunction<Outcome> rate =
              lone ? Outcome::requestsPerSecond : Outcome::bytesPerSecond;
          double unit = lone ? 1 : MB;
          row(
              name(which) + (lone ? ", requests/s" : ""),
              scores.of(which, DAYBOOK, rate).text(unit, "%.0f"),
              scores.of(which, KAFKA, rate).text(unit, "%.0f"),
              scores.of(which, KAFKA_FORCED, rate).text(unit, "%.0f"),
              scores.of(which, NULL_BROKER, rate).text(unit, "%.0f"),
              scores.ratio(which, DAYBOOK, KAFKA, rate).text(1, "%.2f"),
              scores.ratio(which, DAYBOOK, KAFKA_FORCED, rate).text(1, "%.1f"));
        },
        which -> !isPaced(which),
        kinds);
  }

  /// What is left to gain for who makes the same promise on this machine.
  private void whoForces() {
    table(
        List.of(
            "What anybody could do who",
            "only forces, or sends files, MB/s",
            "forces, and keeps it, or asks for what it sends",
            "forces, and writes it again",
            "only forces / Kafka",
            "keeps it / Kafka",
            "writes it again / Kafka",
            "Daybook / only forces",
            "Daybook / keeps it",
            "Daybook / writes it again"),
        which -> {
          ToDoubleFunction<Outcome> rate = Outcome::bytesPerSecond;
          row(
              name(which),
              scores.of(which, NULL_BROKER_FORCED, rate).text(MB, "%.0f"),
              scores.of(which, NULL_BROKER_KEPT, rate).text(MB, "%.0f"),
              scores.of(which, NULL_BROKER_TWICE, rate).text(MB, "%.0f"),
              scores.ratio(which, NULL_BROKER_FORCED, KAFKA, rate).text(1, "%.2f"),
              scores.ratio(which, NULL_BROKER_KEPT, KAFKA, rate).text(1, "%.2f"),
              scores.ratio(which, NULL_BROKER_TWICE, KAFKA, rate).text(1, "%.2f"),
              scores.ratio(which, DAYBOOK, NULL_BROKER_FORCED, rate).text(1, "%.2f"),
              scores.ratio(which, DAYBOOK, NULL_BROKER_KEPT, rate).text(1, "%.2f"),
              scores.ratio(which, DAYBOOK, NULL_BROKER_TWICE, rate).text(1, "%.2f"));
        },
        which ->
            !isPaced(which) && scores.of(which, NULL_BROKER_FORCED, Outcome::p50Ms).isMeasured(),
        List.of(ToolProduce.class, LeanProduce.class, LeanFetch.class));
  }

  private void latencies(String title, List<Class<? extends Case>> kinds) {
    table(
        List.of(title, "Daybook", "Kafka", "Kafka, forced", "null broker", "null broker, forced"),
        which ->
            row(
                name(which),
                latency(which, DAYBOOK),
                latency(which, KAFKA),
                latency(which, KAFKA_FORCED),
                latency(which, NULL_BROKER),
                latency(which, NULL_BROKER_FORCED)),
        which -> true,
        kinds);
  }

  private void cpu() {
    ToDoubleFunction<Outcome> figure = Outcome::bytesPerCpuSecond;
    table(
        List.of("MB for each CPU second of the broker", "Daybook", "Kafka", "Daybook / Kafka"),
        which ->
            row(
                name(which),
                scores.of(which, DAYBOOK, figure).text(MB, "%.0f"),
                scores.of(which, KAFKA, figure).text(MB, "%.0f"),
                scores.ratio(which, DAYBOOK, KAFKA, figure).text(1, "%.2f")),
        which -> true,
        ALL);
  }

  /// How much one case's p99 is of another's, for each contender by itself.
  private void bounds() {
    List<Cases.Bound> measured =
        Cases.BOUNDS.stream().filter(bound -> has(bound.above()) && has(bound.below())).toList();
    if (measured.isEmpty()) {
      return;
    }
    text.append('\n');
    row("p99 of one case by that of another", "goal", "Daybook", "Kafka");
    rule(4);
    for (Cases.Bound bound : measured) {
      row(
          bound.title() + ": " + bound.above() + " / " + bound.below(),
          "at most " + format("%.1f", bound.most()),
          p99Ratio(bound, DAYBOOK),
          p99Ratio(bound, KAFKA));
    }
  }

  private String p99Ratio(Cases.Bound bound, Contender contender) {
    return scores
        .ratio(named(bound.above()), named(bound.below()), contender, Outcome::p99Ms)
        .text(1, "%.2f");
  }

  private void beside() {
    ToDoubleFunction<Outcome> figure = Outcome::besideBytesPerSecond;
    table(
        List.of("What the cold consumer got meanwhile, MB/s", "Daybook", "Kafka"),
        which ->
            row(
                name(which),
                scores.of(which, DAYBOOK, figure).text(MB, "%.0f"),
                scores.of(which, KAFKA, figure).text(MB, "%.0f")),
        Report::isPaced,
        List.of(ColdRead.class));
  }

  private boolean has(String id) {
    return cases.stream().anyMatch(which -> which.id().equals(id));
  }

  private Case named(String id) {
    return cases.stream().filter(which -> which.id().equals(id)).findFirst().orElseThrow();
  }

  private void costs() {
    table(
        List.of(
            "What a broker pays",
            "bytes at the disk for each sent, Daybook",
            "Kafka",
            "KB allocated a request, Daybook",
            "Kafka",
            "ms of collector pauses a GB, Daybook",
            "Kafka"),
        which ->
            row(
                name(which),
                scores.of(which, DAYBOOK, Outcome::writtenPerByte).text(1, "%.2f"),
                scores.of(which, KAFKA, Outcome::writtenPerByte).text(1, "%.2f"),
                scores.of(which, DAYBOOK, Outcome::allocatedPerRequest).text(1e3, "%.1f"),
                scores.of(which, KAFKA, Outcome::allocatedPerRequest).text(1e3, "%.1f"),
                scores.of(which, DAYBOOK, Outcome::pausedMsPerGb).text(1, "%.1f"),
                scores.of(which, KAFKA, Outcome::pausedMsPerGb).text(1, "%.1f")),
        which -> true,
        List.of(LeanProduce.class));
  }

  private static boolean isPaced(Case which) {
    return switch (which) {
      case ToolProduce tool -> tool.isPaced();
      case LeanTrickle _ -> true;
      case ColdRead read -> !read.beside().isEmpty();
      case BesideCrowd crowd -> true;
      case ToolConsume _, LeanProduce _, LeanFetch _ -> false;
    };
  }

  private void footprint() {
    if (!scores.hasFootprints()) {
      return;
    }
    text.append('\n');
    row("Footprint", "Daybook", "Kafka");
    rule(3);
    footprintRow("start to the first answer, s", 1000, "%.2f", one -> one.start().toMillis());
    footprintRow("CPU seconds until then", 1, "%.1f", Footprint::startCpuSeconds);
    footprintRow("memory, idle, MB", MB, "%.0f", Footprint::idleBytes);
    footprintRow("memory, at the end of load, MB", MB, "%.0f", Footprint::loadedBytes);
    footprintRow("of it no file's, MB", MB, "%.0f", Footprint::loadedOwnBytes);
    footprintRow("memory, 15 s after load, MB", MB, "%.0f", Footprint::restedBytes);
    footprintRow("log at the kill, GB", 1e9, "%.1f", Footprint::killedWithBytes);
    footprintRow("restart after kill -9, s", 1000, "%.2f", one -> one.restart().toMillis());
  }

  private void footprintRow(
      String title, double unit, String format, ToDoubleFunction<Footprint> figure) {
    row(
        title,
        scores.of(DAYBOOK, figure).text(unit, format),
        scores.of(KAFKA, figure).text(unit, format));
  }

  private interface Line {
    void of(Case which);
  }

  private void table(
      List<String> head, Line line, Predicate<Case> wanted, List<Class<? extends Case>> kinds) {
    List<Case> rows =
        cases.stream()
            .filter(which -> kinds.stream().anyMatch(kind -> kind.isInstance(which)))
            .filter(wanted)
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    text.append('\n');
    row(head.toArray(String[]::new));
    rule(head.size());
    rows.forEach(line::of);
  }

  private String latency(Case which, Contender contender) {
    Spread p50 = scores.of(which, contender, Outcome::p50Ms);
    Spread p99 = scores.of(which, contender, Outcome::p99Ms);
    return p50.isMeasured() ? p50.text(1, "%.2f") + " / " + p99.text(1, "%.2f") : "";
  }

  private static String name(Case which) {
    return which.id() + ": " + which.title();
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private void row(String... cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private void rule(int columns) {
    text.append("|---".repeat(columns)).append("|\n");
  }
}
