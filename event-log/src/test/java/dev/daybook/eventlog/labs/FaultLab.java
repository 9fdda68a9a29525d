package dev.daybook.eventlog.labs;

import dev.daybook.eventlog.labs.HistoryEvent.ForceFailed;
import dev.daybook.eventlog.labs.Violation.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes one system call of a server go wrong, exactly the n-th of its kind: the process is killed at it, or gets an
/// input/output error, or hears that the disk is full. Whatever that does to the process, the next one must find all
/// that was acknowledged; and where a force failed, the process must have stopped, and promised nothing that it was
/// asked for later.
final class FaultLab {
  private static final int FAULTS_A_HISTORY = 25;

  /// A life ends when the fault was met, or with so many acknowledgements, or after so long.
  private static final int MAX_LIFE_BATCHES = 400;

  /// Far more than those take, even on a slow machine: a life that ends by this meets no fault.
  private static final long MAX_LIFE_MS = 60_000;

  private static final long AFTERLIFE_MS = 100;

  /// From a failed force to the end of the process. The tracer slows the end down, and other tests the tracer.
  private static final long STOP_MS = 60_000;

  /// More than the clients can have under way: who acknowledges so many after its journal's force failed goes on.
  private static final int GOES_ON_BATCHES = 100;

  private final Path directory;
  private final LabImage image;
  private final long seed;
  private final SplittableRandom random;
  private int met;
  private int stopped;
  private @Nullable LabProcess standby;

  FaultLab(Path directory, long seed, LabImage image) {
    this.directory = directory;
    this.image = image;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /// These faults, and so many drawn from the seed behind them.
  Tally injectAndDraw(List<Fault> first, int drawn) throws Exception {
    return inject(
        Stream.concat(first.stream(), Stream.generate(() -> Fault.draw(random)).limit(drawn))
            .toList());
  }

  Tally inject(List<Fault> faults) throws Exception {
    Tally tally = new Tally("fault lab", seed);
    for (int begun = 0; begun < faults.size(); begun += FAULTS_A_HISTORY) {
      int end = Math.min(begun + FAULTS_A_HISTORY, faults.size());
      Path folder = directory.resolve("history-" + begun);
      Files.createDirectories(folder);
      try {
        history(folder, faults.subList(begun, end), tally);
      } finally {
        standby(folder).close();
        standby = null;
      }
      DataDirectory.removeIfSound(folder, tally);
    }
    tally.also("faults met", met);
    tally.also("processes that stopped themselves", stopped);
    return tally;
  }

  private void history(Path folder, List<Fault> faults, Tally tally) throws Exception {
    Path data = folder.resolve("data");
    try (Load load = new Load(random.split())) {
      try (LabProcess first = takeStandby(folder)) {
        load.createTopics(first.open(data, 0));
        first.kill();
      }
      DataDirectory.copy(data, folder.resolve("after-the-first-kill"));
      int done = 0;
      try {
        for (Fault fault : faults) {
          try (LabProcess process = takeStandby(folder)) {
            live(process, data, fault, load, folder.resolve("trace"), tally);
          }
          done++;
        }
        try (LabProcess last = takeStandby(folder)) {
          load.restarted(last, last.open(data, 0));
        }
      } catch (UnknownTopic _) {
        // The load has noted it. What lies there now shows most.
      }
      load.finish();
      tally.add(done, load);
    }
  }

  /// One life with one fault in it.
  private void live(LabProcess process, Path data, Fault fault, Load load, Path trace, Tally tally)
      throws Exception {
    try (Strace strace = meet(process, data, fault, load, trace)) {
      boolean ended = process.endsWithin(1);
      // A force that fails from here on has no time to stop the process.
      boolean mustEnd = !ended && strace.sawFailedForce();
      if (mustEnd) {
        ended = stops(process, strace, load.history());
      }
      load.pause();
      process.kill();
      strace.awaitEnd();
      if (mustEnd && !ended) {
        tally.broken(Rule.STOPS_AFTER_A_FAILED_FORCE, "The process went on after " + fault);
      }
      note(fault, strace, ended, process.status(), load);
    }
  }

  /// Waits for the end of a process that saw a force fail; not for long where it shows that it goes on.
  private static boolean stops(LabProcess process, Strace strace, History history)
      throws Exception {
    boolean promisesNothing = strace.journalForceFailedAtMicros().isPresent();
    int goesOn = history.acknowledgedBatches() + GOES_ON_BATCHES;
    long endNs = System.nanoTime() + STOP_MS * 1_000_000;
    while (!process.endsWithin(50)) {
      if (System.nanoTime() > endNs || promisesNothing && history.acknowledgedBatches() > goesOn) {
        return false;
      }
    }
    return true;
  }

  private static Strace meet(LabProcess process, Path data, Fault fault, Load load, Path trace)
      throws Exception {
    process.awaitStandby();
    @Nullable Strace strace =
        fault.whileOpening() ? Strace.arm(fault, process.pid(), data, trace) : null;
    try {
      int port = process.open(data, 0);
      load.restarted(process, port);
      if (strace == null) {
        strace = Strace.arm(fault, process.pid(), data, trace);
      }
      load.goOn(port);
      awaitFault(process, strace, load.history());
    } catch (IOException e) {
      if (strace == null) {
        throw e;
      }
      // The fault came while it opened, or while we read.
    } catch (UnknownTopic lost) {
      process.kill();
      if (strace != null) {
        strace.close();
      }
      throw lost;
    }
    return strace;
  }

  /// Goes on until the fault was met, and a little longer when the process survives it.
  private static void awaitFault(LabProcess process, Strace strace, History history)
      throws Exception {
    long endNs = System.nanoTime() + MAX_LIFE_MS * 1_000_000;
    int enough = history.acknowledgedBatches() + MAX_LIFE_BATCHES;
    while (System.nanoTime() < endNs
        && history.acknowledgedBatches() < enough
        && !process.endsWithin(50)) {
      if (strace.injected()) {
        process.endsWithin(AFTERLIFE_MS);
        return;
      }
    }
  }

  private void note(Fault fault, Strace strace, boolean ended, int status, Load load)
      throws IOException {
    // Who is killed by its fault leaves no line that says so.
    met += strace.injected() || ended && fault.effect() == Fault.Effect.KILL ? 1 : 0;
    stopped += ended && status < 128 ? 1 : 0;
    OptionalLong journalFailed = strace.journalForceFailedAtMicros();
    if (journalFailed.isPresent() && fault.effect() != Fault.Effect.KILL) {
      load.history().add(new ForceFailed(journalFailed.getAsLong()));
    }
    if (ended
        && fault.effect() != Fault.Effect.KILL
        && status != LabServer.FATAL_STATUS
        && status != LabServer.REFUSED_STATUS) {
      throw new AssertionError("The process ended with status " + status + " after " + fault);
    }
  }

  private LabProcess standby(Path folder) throws IOException {
    if (standby == null) {
      standby = LabProcess.start(image, folder);
    }
    return standby;
  }

  /// The next process, and one more that gets ready behind it.
  private LabProcess takeStandby(Path folder) throws IOException {
    LabProcess taken = standby(folder);
    standby = LabProcess.start(image, folder);
    return taken;
  }
}
