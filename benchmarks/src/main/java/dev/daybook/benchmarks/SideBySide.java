package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Measures Daybook beside Apache Kafka and prints the result as Markdown tables. Progress goes to standard error.
@Command(
    name = "benchmarks/run",
    description = "Measure Daybook side by side with Apache Kafka on this machine.",
    mixinStandardHelpOptions = true)
public final class SideBySide implements Callable<Integer> {
  private static final List<Integer> WRITE_SIZES = List.of(4 << 10, 64 << 10, 1 << 20);
  private static final long GIB = 1L << 30;

  @Option(names = "--quick", description = "A look, not a result: one round of 3 seconds a case.")
  private boolean quick;

  @Option(names = "--rounds", paramLabel = "N", description = "Rounds (default 3).")
  private @Nullable Integer rounds;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds a case takes after its warm-up (default 30).")
  private @Nullable Integer seconds;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      description = "Seconds of warm-up before each case (default 5).")
  private @Nullable Integer warmup;

  @Option(
      names = "--cases",
      paramLabel = "ID",
      split = ",",
      description =
          "Which: a1-a9, b1-b6, f1-f3, t1-t2, m1-m2, h1-h2, c (footprint); a letter stands for all of its.")
  private List<String> ids = List.of();

  @Option(
      names = "--against",
      paramLabel = "NAME",
      split = ",",
      description = "Who takes part: ${COMPLETION-CANDIDATES}.")
  private Set<Contender> contenders = EnumSet.allOf(Contender.class);

  @Option(
      names = "--max-bytes",
      paramLabel = "N",
      description = "A turn ends early at so many bytes (default 16 GiB).")
  private @Nullable Long maxBytes;

  @Option(
      names = "--log-bytes",
      paramLabel = "N",
      description = "The log to restart with after the kill (default 10 GiB).")
  private @Nullable Long logBytes;

  @Option(
      names = "--daybook-option",
      paramLabel = "OPTION",
      description = "A JVM option for Daybook, for a profile say.")
  private List<String> daybookOptions = List.of();

  @Option(
      names = "--write",
      paramLabel = "NAME",
      description = "Also write the tables to benchmarks/results/NAME.md.")
  private @Nullable String write;

  /// Where the program starts.
  public static void main(String[] arguments) {
    System.exit(
        new CommandLine(new SideBySide())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Path work = Files.createTempDirectory("daybook-bench");
    try {
      run(Path.of(System.getProperty("daybook.bench.home", "benchmarks")), plan(work));
      return 0;
    } finally {
      Files.deleteIfExists(work);
    }
  }

  private void run(Path home, RunPlan plan) throws IOException, InterruptedException {
    List<Case> cases = Cases.ALL.stream().filter(this::isWanted).toList();
    Scores scores = new Scores();
    List<Double> loads = new ArrayList<>();
    loads.add(Environment.load());
    for (int size : WRITE_SIZES) {
      scores.add(DiskBound.overwriting(plan.workDirectory(), size, Math.min(5, plan.seconds())));
    }
    for (DiskBound.Way way : DiskBound.Way.values()) {
      scores.add(DiskBound.growing(plan.workDirectory(), way, Math.min(5, plan.seconds())));
      scores.add(DiskBound.twice(plan.workDirectory(), way, Math.min(5, plan.seconds())));
    }
    for (int number = 0; number < plan.rounds(); number++) {
      try (Round round = new Round(number, plan, new Commands(home, daybookOptions), scores)) {
        round.run(cases, isWanted("c"));
      }
      loads.add(Environment.load());
    }
    String report = header(home, plan, loads) + "\n" + new Report(scores, cases).markdown();
    System.out.println(report);
    if (write != null) {
      Path results = Files.createDirectories(home.resolve("results"));
      Files.writeString(results.resolve(write + ".md"), report);
    }
  }

  private RunPlan plan(Path work) {
    return new RunPlan(
        rounds != null ? rounds : quick ? 1 : 3,
        seconds != null ? seconds : quick ? 3 : 30,
        warmup != null ? warmup : quick ? 1 : 5,
        maxBytes != null ? maxBytes : quick ? GIB : 16 * GIB,
        logBytes != null ? logBytes : quick ? GIB : 10 * GIB,
        contenders,
        work);
  }

  private boolean isWanted(Case which) {
    return isWanted(which.id()) || isWanted(which.id().substring(0, 1));
  }

  private boolean isWanted(String id) {
    return ids.isEmpty() || ids.contains(id);
  }

  private String header(Path home, RunPlan plan, List<Double> loads)
      throws IOException, InterruptedException {
    return """
        # Daybook beside Apache Kafka 4.3.1

        %s

        Command: `benchmarks/run%s`

        Load of the machine (1 minute average) at the start and after each round: %s. Rounds: %d, each on fresh folders,
        %d s a case after %d s of its own warm-up, or %.1f GB if that comes first. Figures are medians, in brackets least and
        most; ratios are taken round by round. Daybook is the whole product (`daybook start`, %s, Serial), its acks are
        forced. Kafka is one KRaft node with its defaults (%s, G1), its acks are not forced; "forced" is the same with
        `flush.messages=1`. The null broker acknowledges and stores nothing: it is the client's bound; forced, it writes
        each request into one file over and over and forces that: the bound of all who force. Kept, it writes each once, into
        a file that grows: the bound of all who keep what they forced; what it sends from files it asks for in memory first, as
        whoever sends nothing that the disk may have changed. Written again, into a file that grows, it is
        that of all who keep a journal. After each turn
        the page cache is written back, so nobody pays for another, nor Kafka for what it left to the page cache. Bytes at the
        disk are the device's own count (/proc/diskstats), whoever wrote them, all that was left in the page cache included.
        """
        .formatted(
            Environment.describe(home, plan.workDirectory()),
            arguments(),
            loads.stream().map(load -> String.format(Locale.ROOT, "%.1f", load)).toList(),
            plan.rounds(),
            plan.seconds(),
            plan.warmupSeconds(),
            plan.maxBytes() / 1e9,
            Commands.DAYBOOK_HEAP,
            Commands.KAFKA_HEAP);
  }

  private String arguments() {
    StringBuilder text = new StringBuilder();
    text.append(quick ? " --quick" : "");
    text.append(rounds != null ? " --rounds " + rounds : "");
    text.append(seconds != null ? " --seconds " + seconds : "");
    text.append(warmup != null ? " --warmup " + warmup : "");
    text.append(maxBytes != null ? " --max-bytes " + maxBytes : "");
    text.append(logBytes != null ? " --log-bytes " + logBytes : "");
    text.append(ids.isEmpty() ? "" : " --cases " + String.join(",", ids));
    boolean all = contenders.size() == Contender.values().length;
    text.append(
        all
            ? ""
            : " --against "
                + contenders.stream().map(Contender::name).collect(Collectors.joining(",")));
    return text.append(write != null ? " --write " + write : "").toString();
  }
}
