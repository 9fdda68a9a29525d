package dev.daybook.eventlog.log;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A log on a disk that may lose what was not forced, beside a journal and a checkpoint that lose nothing.
///
/// What must hold after every opening at the checkpoint's mark and replay of the journal behind it: the log has the
/// journal's bytes, all of them and no others, at every offset; and as the log never knew more than the journal,
/// nothing was saved aside.
final class LogCrashScene {
  private static final Path FOLDER = Path.of("/data/partitions");

  private final String name;
  private final Random random;
  private final ModelLog model;
  private final List<Entry> journal = new ArrayList<>();
  private Mark mark = new Mark(LogEnd.EMPTY, 0);
  private SimulatedDisk disk;
  private LogScene scene;

  LogCrashScene(long seed, String stop) throws IOException {
    this.name = "seed " + seed + ", " + stop;
    this.random = new Random(seed);
    this.disk = new SimulatedDisk(seed);
    DurableFiles.createDirectories(disk, FOLDER);
    this.scene = new LogScene(disk, FOLDER, seed, 100);
    this.model = scene.model;
  }

  SimulatedDisk disk() {
    return disk;
  }

  /// Ends a life: of the machine, or only of the process.
  void stop(boolean powerCut) {
    disk = powerCut ? disk.afterPowerCut() : disk.afterKill();
  }

  /// Recovers, compares, and does so many things more.
  void live(int steps) throws IOException {
    recover();
    compare();
    for (int i = 0; i < steps; i++) {
      step();
    }
    checkpoint();
    compare();
    scene.log.close();
  }

  private void recover() throws IOException {
    scene = new LogScene(disk, FOLDER, model, scene.policy);
    scene.open(mark.end());
    for (Entry entry : journal.subList(mark.entries(), journal.size())) {
      apply(entry);
    }
    scene.log.cutBehindEnd();
    checkpoint();
  }

  private void step() throws IOException {
    switch (random.nextInt(6)) {
      case 0 -> write(new Entry.Roll(model.nextOffset()));
      case 1 -> checkpoint();
      default -> write(new Entry.Append(model.nextOffset(), model.nextRun()));
    }
  }

  /// First the journal, then the log.
  private void write(Entry entry) throws IOException {
    journal.add(entry);
    switch (entry) {
      case Entry.Append append -> model.append(append.run());
      case Entry.Roll _ -> model.roll();
    }
    apply(entry);
  }

  private void apply(Entry entry) throws IOException {
    switch (entry) {
      case Entry.Append append ->
          scene.log.append(append.baseOffset(), append.run(), scene.policy, RunWay.PAST_CACHE);
      case Entry.Roll roll -> scene.log.roll(roll.baseOffset());
    }
  }

  private void checkpoint() throws IOException {
    Mark next = new Mark(scene.log.end(), journal.size());
    scene.log.force();
    mark = next;
  }

  private void compare() throws IOException {
    ByteBuffer all = ByteBuffer.allocate((int) scene.log.sizeBytes());
    scene.log.forEachBatch(0, batch -> all.put(batch.bytes()));
    assertEquals(model.bytes(), all.flip(), name);
    assertEquals(model.nextOffset(), scene.log.nextOffset(), name);
    for (long offset = 0; offset < model.nextOffset(); offset += 1 + random.nextInt(9)) {
      scene.assertSameRead(offset, random.nextInt(2_000));
    }
    long timestampMs = random.nextLong(1_000 + model.nextOffset() * 10);
    assertEquals(
        model.offsetForTimestamp(timestampMs), scene.log.offsetForTimestamp(timestampMs, 0), name);
    assertEquals(
        List.of(),
        disk.list(scene.directory).stream()
            .filter(file -> file.toString().contains("cut"))
            .toList(),
        name);
  }

  private record Mark(LogEnd end, int entries) {}

  private sealed interface Entry {
    record Append(long baseOffset, List<ByteBuffer> run) implements Entry {}

    record Roll(long baseOffset) implements Entry {}
  }
}
