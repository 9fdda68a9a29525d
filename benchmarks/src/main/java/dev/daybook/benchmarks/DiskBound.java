package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What the disk allows: writes of one size into a file written before, each forced.
record DiskBound(int writeBytes, double p50Ms, double p99Ms, double bytesPerSecond) {
  private static final int FILE_BYTES = 64 << 20;

  /// Measures for that long, in a file of its own in that folder.
  static DiskBound measure(Path directory, int writeBytes, double seconds) throws IOException {
    Path path = directory.resolve("disk-bound");
    Latencies forces = new Latencies();
    ByteBuffer block = ByteBuffer.allocateDirect(writeBytes);
    try (FileChannel file =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      fill(file);
      long begun = System.nanoTime();
      long written = 0;
      while (System.nanoTime() - begun < seconds * 1e9) {
        file.write(block.clear(), written % FILE_BYTES);
        long writtenNs = System.nanoTime();
        file.force(false);
        forces.add(System.nanoTime() - writtenNs);
        written += writeBytes;
      }
      double took = (System.nanoTime() - begun) / 1e9;
      return new DiskBound(
          writeBytes, forces.percentileMs(0.5), forces.percentileMs(0.99), written / took);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  /// Writes back what the page cache owes, so that nobody pays for what ran before.
  static void syncAll() throws IOException, InterruptedException {
    new ProcessBuilder("sync").start().waitFor();
  }

  private static void fill(FileChannel file) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
      file.write(zeros.clear(), at);
    }
    file.force(true);
  }
}
