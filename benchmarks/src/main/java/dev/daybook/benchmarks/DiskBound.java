package dev.daybook.benchmarks;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What the disk allows one who does nothing else.
///
/// @param title what was written how
/// @param bytesPerSecond each byte counted once, however often it was written
record DiskBound(String title, double p50Ms, double p99Ms, double bytesPerSecond) {
  private static final int BLOCK_BYTES = 4096;
  private static final int FILE_BYTES = 64 << 20;
  private static final int RUN_BYTES = 1 << 20;
  private static final int FORCED_RUN_BYTES = 8 << 20;
  private static final long GROWN_BYTES = 1L << 30;

  /// Writes of one size into a file written before, each forced: what a journal does.
  static DiskBound overwriting(Path directory, int writeBytes, double seconds) throws IOException {
    Path path = directory.resolve("disk-bound");
    try (FileChannel file = create(path, Way.THROUGH_THE_CACHE)) {
      fill(file);
      return write(
          "writes of %d KiB over old ones, each forced".formatted(writeBytes >> 10),
          file,
          new Pattern(writeBytes, writeBytes, FILE_BYTES),
          seconds);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  /// A file that grows and is forced every 8 MiB: what segments do.
  static DiskBound growing(Path directory, Way way, double seconds) throws IOException {
    Path path = directory.resolve("disk-bound-grown");
    try (FileChannel file = create(path, way)) {
      return write(
          "a file grown by 1 MiB, forced every 8 MiB, " + way.title,
          file,
          new Pattern(RUN_BYTES, FORCED_RUN_BYTES, GROWN_BYTES),
          seconds);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  /// Both at once: each byte into a forced ring and into a file that grows, as who keeps a journal and segments must.
  static DiskBound twice(Path directory, Way way, double seconds)
      throws IOException, InterruptedException {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<DiskBound> segments = other.submit(() -> growing(directory, way, seconds));
      DiskBound journal = overwriting(directory, RUN_BYTES, seconds);
      double once = Math.min(journal.bytesPerSecond, segments.get().bytesPerSecond);
      return new DiskBound(
          "both at once, each byte twice, the second time " + way.title,
          journal.p50Ms,
          journal.p99Ms,
          once);
    } catch (ExecutionException e) {
      throw new IOException("Measuring the disk failed: " + e.getCause(), e);
    }
  }

  /// Writes back what the page cache owes, so that nobody pays for what ran before.
  static void syncAll() throws IOException, InterruptedException {
    new ProcessBuilder("sync").start().waitFor();
  }

  private static DiskBound write(String title, FileChannel file, Pattern pattern, double seconds)
      throws IOException {
    Latencies forces = new Latencies();
    ByteBuffer block =
        ByteBuffer.allocateDirect(pattern.writeBytes + BLOCK_BYTES)
            .alignedSlice(BLOCK_BYTES)
            .slice(0, pattern.writeBytes);
    long begun = System.nanoTime();
    long written = 0;
    while (System.nanoTime() - begun < seconds * 1e9) {
      file.write(block.clear(), written % pattern.wrapBytes);
      written += pattern.writeBytes;
      if (written % pattern.forcedBytes == 0) {
        long writtenNs = System.nanoTime();
        file.force(false);
        forces.add(System.nanoTime() - writtenNs);
      }
      if (written % pattern.wrapBytes == 0 && pattern.wrapBytes == GROWN_BYTES) {
        file.truncate(0);
      }
    }
    double took = (System.nanoTime() - begun) / 1e9;
    return new DiskBound(
        title, forces.percentileMs(0.5), forces.percentileMs(0.99), written / took);
  }

  private static FileChannel create(Path path, Way way) throws IOException {
    Set<OpenOption> options = new HashSet<>(Set.of(CREATE, WRITE));
    if (way == Way.PAST_THE_CACHE) {
      options.add(direct());
    }
    return FileChannel.open(path, options);
  }

  /// No part of Java's standard, so asked for by name.
  static OpenOption direct() throws IOException {
    try {
      return Arrays.stream(Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants())
          .filter(option -> option.toString().equals("DIRECT"))
          .map(OpenOption.class::cast)
          .findFirst()
          .orElseThrow(() -> new IOException("This JDK has no way past the page cache"));
    } catch (ClassNotFoundException e) {
      throw new IOException("This JDK has no way past the page cache", e);
    }
  }

  private static void fill(FileChannel file) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(RUN_BYTES);
    for (long at = 0; at < FILE_BYTES; at += zeros.capacity()) {
      file.write(zeros.clear(), at);
    }
    file.force(true);
  }

  /// Which way bytes take to the disk.
  enum Way {
    THROUGH_THE_CACHE("through the page cache"),
    PAST_THE_CACHE("past it");

    private final String title;

    Way(String title) {
      this.title = title;
    }
  }

  /// How it is written: so much at a time, forced after so much, from the start again after so much.
  private record Pattern(int writeBytes, int forcedBytes, long wrapBytes) {}
}
