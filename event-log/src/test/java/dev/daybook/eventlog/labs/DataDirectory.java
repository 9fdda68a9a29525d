package dev.daybook.eventlog.labs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A data directory that a lab made.
final class DataDirectory {
  private DataDirectory() {}

  /// Leaves it for who wants to know why, when a promise was broken.
  static void removeIfSound(Path directory, Tally tally) throws IOException {
    if (tally.violations().isEmpty()) {
      remove(directory);
    } else {
      System.out.println("broken promises, what they left is kept: " + directory);
    }
  }

  /// Keeps a copy of it as it is now, with its history.
  static void copy(Path directory, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        Files.copy(path, target.resolve(directory.relativize(path)));
      }
    }
  }

  static void remove(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> all = Files.walk(directory)) {
      deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : deepestFirst) {
      Files.delete(path);
    }
  }
}
