package dev.daybook.server.command;

import dev.daybook.eventlog.disk.DirectoryLock;
import dev.daybook.eventlog.disk.FileDisk;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.LogCheck;
import dev.daybook.eventlog.maintenance.CheckReport;
import dev.daybook.eventlog.maintenance.ClosedLog;
import dev.daybook.eventlog.maintenance.DataFormat;
import dev.daybook.eventlog.maintenance.DirectoryCheck;
import dev.daybook.eventlog.maintenance.Repair;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `daybook repair DIR`: says what of a data directory is damaged, and with `--accept-loss` takes that for lost, so that
/// its partitions can be written to again. A backup is the better remedy where there is one.
@Command(
    name = "repair",
    description = {
      "Say what of a data directory is damaged, while no server uses it, and take it for lost.",
      "Without --accept-loss nothing is changed. Restoring a backup loses less, where there is one."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Exit codes: 0 nothing is damaged, or all of it was accepted; 1 damage waits for a decision; 2 it cannot be repaired."
    })
public final class RepairCommand implements Callable<Integer> {
  private static final int DONE = 0;
  private static final int DAMAGED = 1;
  private static final int NOT_POSSIBLE = 2;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Spec
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets it before it runs the command.
  @Parameters(paramLabel = "DIR", description = "The data directory.")
  private Path directory;

  @Option(
      names = "--accept-loss",
      description =
          "Take damaged records for lost: consumers skip them, producers may append again, clients learn of it by a new leader epoch, and the catalogue keeps a record of it.")
  private boolean acceptLoss;

  @Override
  public Integer call() {
    try {
      if (!DataFormat.isIn(new FileDisk(), directory)) {
        throw new IOException(
            "%s holds no format.json, so it is no data directory of Daybook: name the one that 'start' was given as --data"
                .formatted(directory));
      }
      try (DirectoryLock _ = DirectoryLock.acquire(directory)) {
        Repair repair = new Repair(ClosedLog.in(new FileDisk(), directory, Clock.system()));
        return acceptLoss ? accept(repair) : say(repair);
      }
    } catch (IOException e) {
      spec.commandLine().getErr().println("daybook: " + e.getMessage());
      return NOT_POSSIBLE;
    }
  }

  private int say(Repair repair) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    CheckReport report = DirectoryCheck.run(new FileDisk(), directory);
    Map<PartitionId, List<DamagedRange>> known = new TreeMap<>();
    repair
        .knownDamage()
        .forEach(
            (id, ranges) ->
                known.put(
                    id, ranges.stream().filter(range -> !isMended(report, id, range)).toList()));
    known.values().removeIf(List::isEmpty);
    if (!report.isDamaged() && known.isEmpty()) {
      out.println("Nothing is damaged.");
      return DONE;
    }
    out.println(CheckText.of(report));
    known.forEach(
        (id, ranges) ->
            ranges.forEach(
                range ->
                    out.printf(
                        "partition %s is read-only: offsets %s: %s%n",
                        id, range.offsets(), range.reason())));
    out.println(
        "Nothing was changed. Restore a backup if there is one; else keep a copy of the directory, and accept the loss with --accept-loss.");
    out.flush();
    return DAMAGED;
  }

  /// Whether somebody has brought back what was damaged, which the next start finds, too.
  private static boolean isMended(CheckReport report, PartitionId id, DamagedRange range) {
    return report.problems().stream()
        .filter(problem -> problem.kind().equals(LogCheck.MENDED))
        .filter(problem -> problem.file().toString().contains(id.directoryName()))
        .anyMatch(
            problem ->
                problem.fromOffset() == range.fromOffset()
                    && problem.toOffset() == range.toOffset());
  }

  private int accept(Repair repair) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Optional<Repair.Accepted> accepted =
        repair.acceptLoss(System.getProperty("user.name", "somebody") + " with 'daybook repair'");
    if (accepted.isEmpty()) {
      out.println("Nothing is damaged, nothing was changed.");
      return DONE;
    }
    accepted
        .get()
        .lost()
        .forEach(
            (partition, ranges) ->
                ranges.forEach(
                    range ->
                        out.printf(
                            "lost: %s offsets %s: %s%n",
                            partition, range.offsets(), range.reason())));
    out.println("The leader epoch is " + accepted.get().epoch() + " from now on.");
    out.flush();
    return DONE;
  }
}
