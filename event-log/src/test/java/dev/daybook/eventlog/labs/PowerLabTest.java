package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A server whose power is cut again and again under load keeps every promise: see [Violation.Rule]. Needs root, and
/// is skipped by name without.
class PowerLabTest {
  static final Path FOLDER =
      Path.of(System.getProperty("basedir", ".")).resolve("target/labs/power");

  @BeforeEach
  void needsItsTools() {
    Tool.require("power lab", true, "mkfs.ext4", "mkfs.xfs", "xfs_io", "mount", "umount");
  }

  @Test
  void keepsEveryPromiseOverThreePowerCuts() throws Exception {
    cut(LoopDisk.Kind.EXT4, 3, Seeds.same());
  }

  @Test
  @Tag("ci")
  void keepsEveryPromiseOverTenPowerCutsOnExt4() throws Exception {
    cut(LoopDisk.Kind.EXT4, 10, Seeds.same());
  }

  @Test
  @Tag("ci")
  void keepsEveryPromiseOverTenPowerCutsOnXfs() throws Exception {
    cut(LoopDisk.Kind.XFS, 10, Seeds.same());
  }

  @Test
  @Tag("long")
  void keepsEveryPromiseOverFiveHundredPowerCutsOnExt4() throws Exception {
    cut(LoopDisk.Kind.EXT4, Integer.getInteger("daybook.cuts", 500), Seeds.another());
  }

  @Test
  @Tag("long")
  void keepsEveryPromiseOverFiveHundredPowerCutsOnXfs() throws Exception {
    cut(LoopDisk.Kind.XFS, Integer.getInteger("daybook.cuts", 500), Seeds.another());
  }

  private static void cut(LoopDisk.Kind kind, int cuts, long seed) throws Exception {
    Tally tally = new PowerLab(FOLDER, kind, seed, LabImage.forStarts(cuts)).cut(cuts);
    System.out.println(tally);
    assertEquals(List.of(), tally.violations(), tally::toString);
    assertTrue(tally.acknowledgedBatches() >= PowerLab.ACKNOWLEDGED_A_CUT * cuts, tally::toString);
  }
}
