package dev.daybook.eventlog.labs;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.fail;

import dev.daybook.eventlog.labs.Fault.Call;
import dev.daybook.eventlog.labs.Fault.Effect;
import dev.daybook.eventlog.labs.Sabotage.Probe;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Fourteen builds that break a promise each, and the labs catch every one of them.
class SabotageTest {
  @TempDir private Path directory;

  static Stream<String> names() {
    return Sabotage.ALL.stream().map(Sabotage::name);
  }

  @Test
  void thereAreFourteen() {
    assertEquals(14, names().distinct().count());
  }

  @Test
  void theSoundBuildIsNotAccused() throws Exception {
    SabotagedBuild sound =
        SabotagedBuild.of(
            new Sabotage("nothing", List.of(), List.of()), directory.resolve("classes"));

    assertDoesNotThrow(() -> run(sound, Sabotage.SKIP_FORCE.probes().getFirst()));
    assertDoesNotThrow(() -> run(sound, Sabotage.SKIP_MARKER.probes().getFirst()));
    assertDoesNotThrow(() -> run(sound, Sabotage.END_IN_ANY_EPOCH.probes().getFirst()));
  }

  @Test
  void aSkippedForceIsCaught() throws Exception {
    catches(Sabotage.SKIP_FORCE);
  }

  @ParameterizedTest
  @MethodSource("names")
  @Tag("ci")
  void isCaught(String name) throws Exception {
    catches(Sabotage.ALL.stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow());
  }

  @Test
  @Tag("ci")
  void aRealPowerCutCatchesASkippedForce() throws Exception {
    Tool.require("power lab", true, "mkfs.ext4", "xfs_io", "mount", "umount");
    SabotagedBuild build = SabotagedBuild.of(Sabotage.SKIP_FORCE, directory.resolve("classes"));
    LabImage image = LabImage.plain().behind(build.classes());

    // What a cut takes away must not have been written for another reason; mostly the first few
    // show it.
    List<Violation> violations = List.of();
    Path folder = PowerLabTest.FOLDER.resolve("sabotaged");
    for (long seed = 1; violations.isEmpty() && seed <= 5; seed++) {
      violations = new PowerLab(folder, LoopDisk.Kind.EXT4, seed, image).cut(4).violations();
    }
    DataDirectory.remove(folder); // Why these promises were broken is known.

    assertFalse(violations.isEmpty(), "a force was skipped, and twenty cuts took nothing away");
  }

  @Test
  @Tag("ci")
  void aRealErrorCatchesARetriedForce() throws Exception {
    Tool.require("fault lab", true, "strace");
    SabotagedBuild build = SabotagedBuild.of(Sabotage.RETRY_FORCE, directory.resolve("classes"));
    LabImage image = LabImage.plain().behind(build.classes());
    // Not just any force: where another thread's comes first, that one stops the process.
    Fault first = new Fault(Call.JOURNAL_FORCE, Effect.EIO, 1, false);

    Tally tally = new FaultLab(directory.resolve("lab"), 1, image).inject(List.of(first));

    assertFalse(tally.violations().isEmpty(), tally::toString);
  }

  @Test
  @Tag("ci")
  void copyingCatchesAMarkerThatIsMissing() throws Exception {
    copyingCatches(Sabotage.SKIP_MARKER, EndTxnProxy.SOME_LATE);
  }

  @Test
  @Tag("ci")
  void copyingCatchesAnEndThatDecidesALaterTransaction() throws Exception {
    // One of thirty that come late does harm: so many come that one does.
    copyingCatches(Sabotage.END_IN_ANY_EPOCH, 50);
  }

  private void copyingCatches(Sabotage sabotage, int latePercent) throws Exception {
    SabotagedBuild build = SabotagedBuild.of(sabotage, directory.resolve("classes"));
    LabImage image = LabImage.plain().behind(build.classes());
    try (TransactionLab lab =
        new TransactionLab(directory.resolve("lab"), 1, image, 2_000, latePercent)) {
      Tally tally = lab.copy(10);

      assertFalse(tally.violations().isEmpty(), tally::toString);
    }
  }

  private void catches(Sabotage sabotage) throws Exception {
    SabotagedBuild build = SabotagedBuild.of(sabotage, directory.resolve("classes"));
    long startedNs = System.nanoTime();
    for (Probe probe : sabotage.probes()) {
      try {
        run(build, probe);
      } catch (InvocationTargetException caught) {
        System.out.printf(
            "sabotage caught in %d ms: %s, by %s: %s%n",
            (System.nanoTime() - startedNs) / 1_000_000,
            sabotage.name(),
            probe.testClass(),
            caught.getCause());
        return;
      }
    }
    fail("Nobody notices a build that was made to " + sabotage.name());
  }

  private void run(SabotagedBuild build, Probe probe) throws Exception {
    Class<?> test = build.load("dev.daybook.eventlog." + probe.testClass());
    fillTempDirs(test, null);
    callAll(test, null, BeforeAll.class);
    try {
      runAsked(test, probe);
    } finally {
      callAll(test, null, AfterAll.class);
    }
  }

  private void runAsked(Class<?> test, Probe probe) throws Exception {
    for (Method method : test.getDeclaredMethods()) {
      boolean asked =
          probe.method().equals("*")
              ? method.isAnnotationPresent(Test.class) && !method.isAnnotationPresent(Tag.class)
              : method.getName().equals(probe.method());
      if (asked) {
        method.setAccessible(true);
        run(test, method, probe);
      }
    }
  }

  private void run(Class<?> test, Method method, Probe probe) throws Exception {
    if (Modifier.isStatic(method.getModifiers())) {
      method.invoke(null, probe.firstSeed(), probe.seeds());
      return;
    }
    Constructor<?> constructor = test.getDeclaredConstructor();
    constructor.setAccessible(true);
    Object scene = constructor.newInstance();
    fillTempDirs(test, scene);
    callAll(test, scene, BeforeEach.class);
    try {
      method.invoke(scene);
    } finally {
      callAll(test, scene, AfterEach.class);
    }
  }

  /// @param scene null for what is static
  private void fillTempDirs(Class<?> test, @Nullable Object scene) throws Exception {
    for (Field field : test.getDeclaredFields()) {
      boolean isStatic = Modifier.isStatic(field.getModifiers());
      if (field.isAnnotationPresent(TempDir.class) && isStatic == (scene == null)) {
        field.setAccessible(true);
        field.set(scene, Files.createTempDirectory(directory, "scene"));
      }
    }
  }

  private static void callAll(
      Class<?> test, @Nullable Object scene, Class<? extends Annotation> kind) throws Exception {
    for (Method method : test.getDeclaredMethods()) {
      if (method.isAnnotationPresent(kind)) {
        method.setAccessible(true);
        method.invoke(scene);
      }
    }
  }
}
