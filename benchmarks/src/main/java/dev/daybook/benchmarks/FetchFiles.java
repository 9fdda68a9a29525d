package dev.daybook.benchmarks;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.FileDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// The files that a null broker's answers to Fetch requests are sent from, for all connections: one a partition, of the same
/// records many times, one behind the other. They are written once, by who comes first and warms up: whoever is measured finds
/// them in memory, as the system keeps what was written there. Any thread.
final class FetchFiles {
  /// With some partitions, more than any processor's cache holds.
  private static final long FILE_BYTES = 128L << 20;

  private final Path directory;
  private final boolean asks;

  /// How often some were not: nothing is done for that, and nobody is told, but the question cannot be left out.
  private final LongAdder missing = new LongAdder();

  /// By partition and by the size of its records; of one size there are the same here.
  private final Map<Key, Sent> files = new ConcurrentHashMap<>();

  /// @param asks whether the system is asked, before bytes are sent, if they are in memory
  FetchFiles(Path directory, boolean asks) {
    this.directory = directory;
    this.asks = asks;
  }

  /// A partition's file of these records, where those at `position` may be sent.
  FileChannel of(int partition, ByteBuffer records, long position) throws IOException {
    try {
      Key key = new Key(partition, records.remaining());
      Sent sent = files.computeIfAbsent(key, file -> filled(file, records));
      if (asks && !sent.asked.isResident(position, records.remaining())) {
        missing.increment();
      }
      return sent.file;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /// Where the records behind those there begin, which are the first again at the end.
  static long behind(long position, int recordsBytes) {
    long next = position + recordsBytes;
    return next + recordsBytes > FILE_BYTES ? 0 : next;
  }

  private Sent filled(Key key, ByteBuffer records) {
    try {
      Path path = directory.resolve("fetch-" + key.partition + "-" + key.recordsBytes);
      FileChannel file = FileChannel.open(path, CREATE, TRUNCATE_EXISTING, READ, WRITE);
      long at = 0;
      do {
        write(file, records.duplicate(), at);
        at = behind(at, key.recordsBytes);
      } while (at > 0);
      return new Sent(file, new FileDisk().open(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(FileChannel file, ByteBuffer records, long at) throws IOException {
    for (long next = at; records.hasRemaining(); ) {
      next += file.write(records, next);
    }
  }

  /// @param asked the same file, as Daybook asks what of it is in memory
  private record Sent(FileChannel file, DiskFile asked) {}

  private record Key(int partition, int recordsBytes) {}
}
