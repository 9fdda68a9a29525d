package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.JournalConfig;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// What a scene's life is like, drawn from its seed: a test that fixes its workload up front is blind for what another
/// one does. Small or large batches, few topics or some, quick or slow followers, often or seldom a new segment.
///
/// @param names of the topics that come and go
/// @param maxRecords of a batch
/// @param maxValueBytes of a record
/// @param segmentMs after which a segment is rolled
/// @param appends in twelve steps, how many append; the other owners share what is left
/// @param retries of four batches, how many are sent once more while they are under way
/// @param transactions of three appends, how many are parts of transactions
/// @param shard the limits of memory and journal
/// @param journal the sizes of its files
record Shape(
    List<String> names,
    int maxRecords,
    int maxValueBytes,
    int segmentMs,
    int appends,
    int retries,
    int transactions,
    ShardConfig shard,
    JournalConfig journal) {
  static final long DELETE_DELAY_MS = 30;

  private static final List<String> NAMES = List.of("orders", "payments", "shipments");
  private static final int[] VALUE_BYTES = {20, 300, 900, 1_500};
  private static final int[] SEGMENT_MS = {5, 25, 25, 400};

  static Shape draw(RandomGenerator random) {
    boolean hasty = random.nextInt(3) == 0;
    return new Shape(
        NAMES.subList(0, 1 + random.nextInt(NAMES.size())),
        1 + random.nextInt(4),
        VALUE_BYTES[random.nextInt(VALUE_BYTES.length)],
        SEGMENT_MS[random.nextInt(SEGMENT_MS.length)],
        2 + random.nextInt(5),
        random.nextInt(3),
        random.nextInt(3),
        new ShardConfig(
            (random.nextBoolean() ? 96 : 160) << 10,
            (random.nextBoolean() ? 2 : 4) << 10,
            24 << 10,
            16 << 10,
            hasty ? 1 << 10 : 4 << 10,
            10_000_000L,
            hasty ? 300_000_000L : 5_000_000_000L,
            300_000_000_000L),
        new JournalConfig(16 << 10, (random.nextBoolean() ? 24 : 32) << 10));
  }

  Map<String, String> topicSettings() {
    return Map.of(
        "segment.ms",
        Integer.toString(segmentMs),
        "index.interval.bytes",
        "64",
        "file.delete.delay.ms",
        Long.toString(DELETE_DELAY_MS));
  }
}
