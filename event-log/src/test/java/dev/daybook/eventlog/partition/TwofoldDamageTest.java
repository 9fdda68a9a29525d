package dev.daybook.eventlog.partition;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A log of which no checkpoint knows but the one of its birth is damaged twice: in its journal, of which a file, a piece, or all
/// from some place on is gone, and in a segment, or in all. Every pair of such damages, and what must be true of each is what
/// [DamageImage] says.
class TwofoldDamageTest {
  private static final Path JOURNAL = Path.of("/data/shard-0/journal");
  private static final int BLOCK = 4096;

  @Test
  void noRecordIsMissingWithoutAWord() throws IOException {
    damage(11);
  }

  @Test
  @Tag("ci")
  void noRecordIsMissingWithoutAWordWhateverThePair() throws IOException {
    damage(1);
  }

  /// One of so many pairs.
  private static void damage(int every) throws IOException {
    DamageImage image = DamageImage.writeYoung();
    List<Damage> ofJournal = ofJournal(image);
    List<Damage> ofSegments = ofSegments(image);
    int pair = 0;
    int whole = 0;
    int refused = 0;
    for (Damage first : ofJournal) {
      for (Damage second : ofSegments) {
        if (pair++ % every == 0) {
          int lost = check(image, first, second);
          whole += lost == 0 ? 1 : 0;
          refused += lost < 0 ? 1 : 0;
        }
      }
    }
    System.out.printf(
        "pairs of damages: %d, nothing lost: %d, start refused: %d%n",
        (pair + every - 1) / every, whole, refused);
    assertTrue(pair > 6_000 && whole > 0, pair + " pairs, " + whole + " of them lost nothing");
  }

  private static int check(DamageImage image, Damage first, Damage second) throws IOException {
    SimulatedDisk disk = image.disk(1);
    try {
      first.work.on(disk);
      second.work.on(disk);
      return image.check(disk);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(first.name + ", " + second.name, e);
    }
  }

  private static List<Damage> ofJournal(DamageImage image) {
    List<Path> files =
        image.files().keySet().stream().filter(TwofoldDamageTest::isEntries).toList();
    List<Damage> damages = new ArrayList<>();
    for (Path file : files) {
      List<Path> rest = files.subList(files.indexOf(file), files.size());
      damages.add(new Damage("deleted " + file, disk -> disk.delete(file)));
      damages.add(new Damage("deleted from " + file, disk -> delete(disk, rest)));
      int size = sizeOf(image, file);
      for (int at = 0; at < size; at += BLOCK) {
        int from = at;
        String where = file + " from " + from;
        damages.add(new Damage("zeros in " + where, disk -> zero(disk, file, from, size)));
        damages.add(
            new Damage(
                "zeros in " + where + " and all behind",
                disk -> {
                  zero(disk, file, from, size);
                  for (Path behind : rest.subList(1, rest.size())) {
                    zero(disk, behind, Math.min(from, BLOCK), sizeOf(image, behind));
                  }
                }));
        damages.add(new Damage("cut " + where, disk -> cut(disk, file, from)));
        damages.add(
            new Damage("zeros in a block, " + where, disk -> zero(disk, file, from, from + BLOCK)));
      }
    }
    return damages;
  }

  private static List<Damage> ofSegments(DamageImage image) {
    List<Damage> damages = new ArrayList<>();
    damages.add(new Damage("segments as they were", disk -> {}));
    List<Path> segments =
        image.files().keySet().stream().filter(file -> file.toString().endsWith(".log")).toList();
    for (int share = 1; share <= 20; share++) {
      int place = share;
      damages.add(
          new Damage(
              "a bit of each segment at %d/20 of it".formatted(share),
              disk -> {
                for (Path file : segments) {
                  disk.flipBit(file, (sizeOf(image, file) - 1) * place / 20, 1);
                }
              }));
    }
    for (Path file : segments) {
      int size = sizeOf(image, file);
      damages.add(new Damage("deleted " + file, disk -> disk.delete(file)));
      damages.add(new Damage("zeros in " + file, disk -> zero(disk, file, 0, 512)));
      damages.add(new Damage("cut " + file + " to nothing", disk -> cut(disk, file, 0)));
      for (int at : new int[] {10, 60, 100, size / 2, size - 10}) {
        String where = file + " at " + at;
        damages.add(new Damage("cut " + where, disk -> cut(disk, file, at)));
        damages.add(new Damage("a bit of " + where, disk -> disk.flipBit(file, at, 1)));
      }
    }
    return damages;
  }

  private static boolean isEntries(Path file) {
    return file.startsWith(JOURNAL) && file.toString().endsWith(".journal");
  }

  private static int sizeOf(DamageImage image, Path file) {
    return image.files().get(file).length;
  }

  private static void delete(SimulatedDisk disk, List<Path> files) throws IOException {
    for (Path file : files) {
      disk.delete(file);
    }
  }

  private static void zero(SimulatedDisk disk, Path path, int from, int to) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.write(from, ByteBuffer.allocate((int) Math.min(to, file.size()) - from));
      file.force();
    }
  }

  private static void cut(SimulatedDisk disk, Path path, int bytes) throws IOException {
    try (DiskFile file = disk.open(path)) {
      file.truncate(bytes);
      file.force();
    }
  }

  private record Damage(String name, Work work) {}

  /// Does it.
  @FunctionalInterface
  private interface Work {
    void on(SimulatedDisk disk) throws IOException;
  }
}
