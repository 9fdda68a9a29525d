package dev.daybook.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// All cases once, on servers that start with empty folders. Turns alternate: nobody is under load while another is,
/// and who goes first changes from round to round.
final class Round implements AutoCloseable {
  private static final LeanProduce WARM_UP =
      new LeanProduce("w1", "warm-up", 1024, 6, Cases.SMALL, Cases.CONNECTIONS, 5);
  private static final LeanProduce FILL =
      new LeanProduce("size", "a log to restart with", 1024, 6, Cases.MEDIUM, Cases.CONNECTIONS, 5);

  /// After a load, before the memory is looked at that is left.
  private static final Duration REST = Duration.ofSeconds(15);

  private static final int SECONDS_BEFORE_KILL = 2;

  private final int number;
  private final RunPlan plan;
  private final Commands commands;
  private final Scores scores;
  private final Map<Contender, ServerProcess> servers = new EnumMap<>(Contender.class);
  private final Map<Contender, Long> idleBytes = new EnumMap<>(Contender.class);

  Round(int number, RunPlan plan, Commands commands, Scores scores) {
    this.number = number;
    this.plan = plan;
    this.commands = commands;
    this.scores = scores;
  }

  void run(List<Case> cases, boolean withFootprint) throws IOException, InterruptedException {
    for (Contender contender : order()) {
      start(contender);
    }
    for (Contender contender : order()) {
      warmUp(contender);
    }
    for (Case which : cases) {
      for (Contender contender : order()) {
        if (which.contenders().contains(contender)) {
          measure(which, contender);
        }
      }
    }
    for (Contender contender : order()) {
      if (withFootprint && (contender == Contender.DAYBOOK || contender == Contender.KAFKA)) {
        scores.add(contender, footprint(contender));
      }
    }
  }

  @Override
  public void close() throws IOException {
    servers.values().forEach(ServerProcess::close);
    try (Stream<Path> files = Files.walk(plan.workDirectory())) {
      files
          .sorted(Comparator.reverseOrder())
          .filter(path -> !path.equals(plan.workDirectory()))
          .forEach(Round::delete);
    }
  }

  private List<Contender> order() {
    List<Contender> order = new ArrayList<>(plan.contenders());
    order.sort(number % 2 == 0 ? Comparator.naturalOrder() : Comparator.reverseOrder());
    return order;
  }

  private void start(Contender contender) throws IOException, InterruptedException {
    int port = Ports.free();
    commands.prepare(contender, folder(contender), port);
    ServerProcess server = ServerProcess.start(contender, commands, folder(contender), port);
    servers.put(contender, server);
    Thread.sleep(Duration.ofSeconds(Math.max(2, plan.warmupSeconds())));
    idleBytes.put(contender, server.residentBytes());
    say("%s started in %d ms".formatted(contender.title(), server.startTime().toMillis()));
  }

  private void warmUp(Contender contender) throws IOException, InterruptedException {
    Turn turn = turn(contender, WARM_UP);
    Topics.create(turn.server(), turn.topic(), WARM_UP.partitions());
    WARM_UP.load(turn, 2 * plan.warmupSeconds(), plan.maxBytes());
    Topics.delete(turn.server(), turn.topic());
    DiskBound.syncAll();
  }

  private void measure(Case which, Contender contender) throws IOException, InterruptedException {
    Turn turn = turn(contender, which);
    Topics.create(turn.server(), turn.topic(), which.partitions());
    Outcome outcome = which.run(turn);
    scores.add(which, contender, outcome);
    say(
        "%s %s: %.1f MB/s, %.0f requests or records/s, p50 %.2f ms, p99 %.2f ms, %.0f MB per CPU second"
                .formatted(
                    which.id(),
                    contender.title(),
                    outcome.bytesPerSecond() / 1e6,
                    outcome.requestsPerSecond(),
                    outcome.p50Ms(),
                    outcome.p99Ms(),
                    outcome.bytesPerCpuSecond() / 1e6)
            + (outcome.besideBytesPerSecond() > 0
                ? ", beside it %.0f MB/s".formatted(outcome.besideBytesPerSecond() / 1e6)
                : ""));
    Topics.delete(turn.server(), turn.topic());
    DiskBound.syncAll();
  }

  private Footprint footprint(Contender contender) throws IOException, InterruptedException {
    Turn turn = turn(contender, FILL);
    ServerProcess server = turn.server();
    Topics.create(server, turn.topic(), FILL.partitions());
    long bytes = FILL.load(turn, Integer.MAX_VALUE, plan.footprintBytes()).bytes();
    long loaded = server.residentBytes();
    long loadedOwn = server.ownBytes();
    Thread.sleep(REST);
    long rested = server.residentBytes();
    bytes += FILL.load(turn, SECONDS_BEFORE_KILL, plan.footprintBytes()).bytes();
    server.kill();
    ServerProcess again =
        ServerProcess.start(contender, commands, folder(contender), server.address().getPort());
    servers.put(contender, again);
    say("%s restarted in %d ms".formatted(contender.title(), again.startTime().toMillis()));
    return new Footprint(
        server.startTime(),
        server.startCpuSeconds(),
        idle(contender),
        loaded,
        loadedOwn,
        rested,
        again.startTime(),
        bytes);
  }

  private long idle(Contender contender) {
    Long bytes = idleBytes.get(contender);
    return bytes == null ? 0 : bytes;
  }

  private Turn turn(Contender contender, Case which) {
    ServerProcess server = servers.get(contender);
    if (server == null) {
      throw new IllegalStateException(contender.title() + " was not started");
    }
    String topic = which.id() + "-" + number + "-" + which.partitions();
    return new Turn(server, plan, new PerformanceTool(commands, folder(contender)), topic);
  }

  private Path folder(Contender contender) {
    return plan.workDirectory().resolve("round-" + number).resolve(contender.name());
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void say(String progress) {
    System.err.println("round " + (number + 1) + ": " + progress);
  }
}
