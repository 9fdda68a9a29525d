package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Entries for tests, and a comparable picture of what an entry says.
final class Entries {
  static final TopicId TOPIC = new TopicId(7, 7);

  private Entries() {}

  static PartitionId partition(int index) {
    return new PartitionId(0, TOPIC, index);
  }

  /// An entry with one item that carries these bytes.
  static JournalEntry of(long sequence, byte[] payload) {
    return new JournalEntry(
        sequence,
        List.of(new JournalItem.Batches(partition(0), sequence * 10, ByteBuffer.wrap(payload))));
  }

  /// An entry with up to four items, each with up to `maxBytes` random bytes, in heap and direct memory.
  static JournalEntry random(long sequence, int maxBytes, RandomGenerator random) {
    List<JournalItem> items = new ArrayList<>();
    for (int item = random.nextInt(1, 5); item > 0; item--) {
      int index = random.nextInt(3);
      long offset = random.nextLong(1000);
      items.add(
          switch (random.nextInt(6)) {
            case 0 -> new JournalItem.Roll(partition(index), offset);
            case 1 -> new JournalItem.LogStart(partition(index), offset);
            default -> new JournalItem.Batches(partition(index), offset, bytes(maxBytes, random));
          });
    }
    return new JournalEntry(sequence, items);
  }

  private static ByteBuffer bytes(int maxBytes, RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(maxBytes + 1)];
    random.nextBytes(bytes);
    if (random.nextBoolean()) {
      return ByteBuffer.wrap(bytes);
    }
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
