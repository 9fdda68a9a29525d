package dev.daybook.eventlog.broker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// A data directory in one compressed file: a journal is mostly zeros.
final class FixtureArchive {
  private FixtureArchive() {}

  static void pack(Path directory, Path archive) throws IOException {
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> walked = Files.walk(directory)) {
      zip.setLevel(9);
      List<Path> files = walked.filter(Files::isRegularFile).sorted().toList();
      for (Path one : files) {
        String name = directory.relativize(one).toString();
        if (!name.equals(".lock")) {
          zip.putNextEntry(new ZipEntry(name));
          Files.copy(one, zip);
          zip.closeEntry();
        }
      }
    }
  }

  static void unpack(Path archive, Path directory) throws IOException {
    try (InputStream file = Files.newInputStream(archive);
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path target = directory.resolve(entry.getName());
        Files.createDirectories(target.getParent());
        Files.copy(zip, target);
      }
    }
  }
}
