package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.TopicId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// How items lie in an entry's body: a table with one row an item, then the batches' bytes in the table's
/// order. Drawn in the package's description.
final class ItemFormat {
  static final int ROW_BYTES = 40;

  private static final int BATCHES = 1;
  private static final int ROLL = 2;
  private static final int LOG_START = 3;
  private static final int FORGET_PRODUCER = 4;

  private ItemFormat() {}

  /// Bytes of the batches that an item carries.
  static int carriedBytes(JournalItem item) {
    return switch (item) {
      case JournalItem.Batches batches -> batches.bytes().remaining();
      case JournalItem.Roll _ -> 0;
      case JournalItem.LogStart _ -> 0;
      case JournalItem.ForgetProducer _ -> 0;
    };
  }

  static void writeRow(JournalItem item, ByteBuffer table) {
    switch (item) {
      case JournalItem.Batches batches -> writeRow(BATCHES, item, batches.baseOffset(), table);
      case JournalItem.Roll roll -> writeRow(ROLL, item, roll.baseOffset(), table);
      case JournalItem.LogStart start -> writeRow(LOG_START, item, start.startOffset(), table);
      case JournalItem.ForgetProducer forget ->
          writeRow(FORGET_PRODUCER, item, forget.producerId(), table);
    }
  }

  private static void writeRow(int kind, JournalItem item, long offset, ByteBuffer table) {
    PartitionId partition = item.partition();
    table.putInt(kind).putInt(partition.shard());
    table.putLong(partition.topic().mostSignificantBits());
    table.putLong(partition.topic().leastSignificantBits());
    table.putInt(partition.index()).putInt(carriedBytes(item)).putLong(offset);
  }

  /// Reads the items of a body whose CRC was found right. Their bytes are views of it.
  ///
  /// @throws IllegalArgumentException when the body is not of this form, so not written by this version
  static List<JournalItem> read(ByteBuffer body, int itemCount) {
    if (itemCount < 0 || (long) itemCount * ROW_BYTES > body.limit()) {
      throw new IllegalArgumentException(
          itemCount + " items do not fit in " + body.limit() + " bytes");
    }
    List<JournalItem> items = new ArrayList<>(itemCount);
    int carriedAt = itemCount * ROW_BYTES;
    for (int item = 0; item < itemCount; item++) {
      int row = item * ROW_BYTES;
      int carried = body.getInt(row + 28);
      if (carried < 0 || carried > body.limit() - carriedAt) {
        throw new IllegalArgumentException("item " + item + " reaches behind the entry's end");
      }
      items.add(readRow(body, row, body.slice(carriedAt, carried)));
      carriedAt += carried;
    }
    return items;
  }

  private static JournalItem readRow(ByteBuffer body, int row, ByteBuffer carried) {
    TopicId topic = new TopicId(body.getLong(row + 8), body.getLong(row + 16));
    PartitionId partition = new PartitionId(body.getInt(row + 4), topic, body.getInt(row + 24));
    long offset = body.getLong(row + 32);
    return switch (body.getInt(row)) {
      case BATCHES -> new JournalItem.Batches(partition, offset, carried);
      case ROLL -> new JournalItem.Roll(partition, offset);
      case LOG_START -> new JournalItem.LogStart(partition, offset);
      case FORGET_PRODUCER -> new JournalItem.ForgetProducer(partition, offset);
      default -> throw new IllegalArgumentException("unknown kind of item " + body.getInt(row));
    };
  }
}
