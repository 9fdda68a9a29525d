package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.labs.Fault.Call;
import dev.daybook.eventlog.labs.Fault.Effect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// A server whose system calls fail, at exactly the n-th of a kind, keeps every promise: see [Violation.Rule].
class FaultLabTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path directory;

  @BeforeEach
  void needsItsTools() {
    Tool.require("fault lab", true, "strace");
  }

  @Test
  void promisesNothingAfterAFailedForceAndStops() throws Exception {
    Fault third = new Fault(Call.FORCE, Effect.EIO, 3, false);
    Tally tally =
        check(new FaultLab(directory, Seeds.same(), LabImage.plain()).inject(List.of(third)));
    assertEquals(1, tally.count("faults met"), tally::toString);
  }

  @Test
  @Tag("ci")
  void keepsEveryPromiseOverThirtyFaults() throws Exception {
    List<Fault> faults = surelyMet();
    FaultLab lab = new FaultLab(directory, Seeds.same(), LabImage.forStarts(30));
    Tally tally = check(lab.injectAndDraw(faults, 30 - faults.size()));
    assertTrue(tally.count("faults met") >= faults.size(), tally::toString);
  }

  /// The first calls of all: whoever takes a batch makes them, on a slow machine too. Whether a life comes to a fault
  /// that is drawn is a matter of luck.
  private static List<Fault> surelyMet() {
    List<Fault> faults = new ArrayList<>();
    for (Call call : List.of(Call.WRITE, Call.FORCE)) {
      for (Effect effect : Effect.values()) {
        faults.add(new Fault(call, effect, 1, false));
        faults.add(new Fault(call, effect, 2, false));
      }
    }
    return faults;
  }

  @Test
  @Tag("long")
  void keepsEveryPromiseAtEachOfTheFirstFiveHundredCalls() throws Exception {
    List<Fault> faults = new ArrayList<>();
    int most = Integer.getInteger("daybook.faults", 500);
    for (int nth = 1; nth <= most; nth++) {
      for (Effect effect : Effect.values()) {
        Call call = Call.values()[nth % Call.values().length];
        faults.add(new Fault(call, effect, 1 + nth / Call.values().length, nth % 4 == 0));
      }
    }
    check(
        new FaultLab(directory, Seeds.another(), LabImage.forStarts(faults.size())).inject(faults));
  }

  private static Tally check(Tally tally) {
    System.out.println(tally);
    assertEquals(List.of(), tally.violations(), tally::toString);
    return tally;
  }
}
