package dev.daybook.eventlog.record;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Records as odd as they may be, the same for the same seed: nulls, empty keys, repeated headers, times that go back,
/// values from nothing to more than a codec's block.
final class RandomRecords {
  private static final String[] NAMES = {"", "type", "type", "größe", "🦆"};

  private RandomRecords() {}

  static List<LogRecord> of(int seed) {
    Random random = new Random(seed);
    long baseOffset = seed % 3 == 0 ? 0 : random.nextLong(1L << 50);
    int count = 1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 8);
    List<LogRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(
          new LogRecord(
              baseOffset + i,
              random.nextInt(20) == 0
                  ? 0
                  : 1_700_000_000_000L + random.nextInt(-5_000_000, 5_000_000),
              bytes(random, 40),
              bytes(random, random.nextInt(40) == 0 ? 200_000 : 300),
              headers(random)));
    }
    return records;
  }

  static ByteBuffer build(Compression compression, List<LogRecord> records, int seed) {
    RecordBatchBuilder builder = RecordBatchBuilder.compressed(compression);
    builder.at(records.getFirst().offset(), seed);
    if (seed % 2 == 0) {
      builder.producer(seed, (short) seed, Integer.MAX_VALUE - seed % 7);
    }
    if (seed % 4 == 0) {
      builder.transactional();
    }
    for (LogRecord record : records) {
      builder.append(record.timestampMs(), record.key(), record.value(), record.headers());
    }
    return builder.build();
  }

  private static List<RecordHeader> headers(Random random) {
    List<RecordHeader> headers = new ArrayList<>();
    while (random.nextInt(3) == 0) {
      headers.add(new RecordHeader(NAMES[random.nextInt(NAMES.length)], bytes(random, 20)));
    }
    return headers;
  }

  private static @Nullable ByteBuffer bytes(Random random, int maxBytes) {
    if (random.nextInt(6) == 0) {
      return null;
    }
    byte[] bytes = new byte[random.nextInt(maxBytes)];
    if (random.nextBoolean()) {
      random.nextBytes(bytes);
    }
    return ByteBuffer.wrap(bytes);
  }
}
