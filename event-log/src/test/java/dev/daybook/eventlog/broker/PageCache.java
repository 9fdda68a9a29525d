package dev.daybook.eventlog.broker;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a test does to the system's page cache, which no program in Java can.
final class PageCache {
  private static final int PAGE_BYTES = 4096;

  private PageCache() {}

  /// Takes a file from it, where the system does as it is asked.
  static void drop(Path file) throws IOException, InterruptedException {
    dd("of=" + file, "oflag=nocache", "conv=notrunc,fdatasync", "count=0");
  }

  /// Takes from it what stands in a file behind so many mebibytes.
  static void dropFrom(Path file, int mebibytes) throws IOException, InterruptedException {
    dd(
        "if=" + file,
        "of=/dev/null",
        "iflag=nocache,skip_bytes",
        "bs=64M",
        "skip=" + ((long) mebibytes << 20));
  }

  private static void dd(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("dd"));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().transferTo(OutputStream.nullOutputStream());
    if (process.waitFor() != 0) {
      throw new IOException("No success: " + command);
    }
  }

  /// Whether any page of a file from that byte on is there.
  static boolean holdsAnyOf(Path path, long from) throws IOException {
    try (DiskFile file = new FileDisk().open(path)) {
      long size = file.size();
      for (long position = from; position < size; position += PAGE_BYTES) {
        if (file.isResident(position, Math.min(PAGE_BYTES, size - position))) {
          return true;
        }
      }
      return false;
    }
  }
}
