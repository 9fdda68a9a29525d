package dev.daybook.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The block device below a directory. What the kernel charges to a process is no measure of what reaches the disk: for a
/// small write into a large page of its cache it charges the whole page. The device counts what it was given, by whomever.
///
/// @param name as the kernel has it, without a path
record DataDevice(String name) {
  private static final Path COUNTERS = Path.of("/proc/diskstats");
  private static final int NAME_COLUMN = 2;
  private static final int SECTORS_WRITTEN_COLUMN = 9;

  /// What the kernel counts in, whatever the device's own blocks are.
  private static final int SECTOR_BYTES = 512;

  static DataDevice of(Path directory) throws IOException {
    Path device = Path.of(Files.getFileStore(directory).name());
    Path real = Files.exists(device) ? device.toRealPath() : device;
    return new DataDevice(real.getFileName().toString());
  }

  /// Bytes written to it since the machine started; NaN when nobody counts them.
  double writtenBytes() throws IOException {
    return Files.readAllLines(COUNTERS).stream()
        .map(line -> line.trim().split("\\s+", -1))
        .filter(columns -> columns[NAME_COLUMN].equals(name))
        .mapToDouble(columns -> Double.parseDouble(columns[SECTORS_WRITTEN_COLUMN]) * SECTOR_BYTES)
        .findFirst()
        .orElse(Double.NaN);
  }
}
