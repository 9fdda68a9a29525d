package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/// What can be used of an entry whose body is not whole. The table of items has a checksum of its own in the header: only
/// where that is right is it known which bytes are whose. A batch is good when its own checksum is right and its
/// offsets are those of its row.
///
/// @param entry the good items
/// @param lost what is missing of it, empty when the good items are all there were
record Salvage(JournalEntry entry, Optional<LostEntries> lost) {

  static Salvage of(EntryHeader header, ByteBuffer body) {
    long sequence = header.sequence();
    if (!tableIsRight(header, body)) {
      return new Salvage(
          new JournalEntry(sequence, List.of()),
          Optional.of(new LostEntries(sequence, sequence + 1, Optional.empty())));
    }
    List<JournalItem> good = new ArrayList<>();
    Set<PartitionId> bad = new HashSet<>();
    for (JournalItem item : ItemFormat.read(body, header.itemCount())) {
      if (isGood(item)) {
        good.add(item);
        bad.remove(item.partition());
      } else {
        bad.add(item.partition());
      }
    }
    Optional<LostEntries> lost =
        bad.isEmpty()
            ? Optional.empty()
            : Optional.of(new LostEntries(sequence, sequence + 1, Optional.of(Set.copyOf(bad))));
    return new Salvage(new JournalEntry(sequence, good), lost);
  }

  private static boolean tableIsRight(EntryHeader header, ByteBuffer body) {
    long bytes = (long) header.itemCount() * ItemFormat.ROW_BYTES;
    if (header.itemCount() < 0 || bytes > body.limit()) {
      return false;
    }
    CRC32C crc = EntryHeader.bodyChecksum(header.salt());
    crc.update(body.slice(0, (int) bytes));
    return (int) crc.getValue() == header.tableCrc();
  }

  private static boolean isGood(JournalItem item) {
    return switch (item) {
      case JournalItem.Batches batches -> isGood(batches);
      case JournalItem.Roll _, JournalItem.LogStart _, JournalItem.ForgetProducer _ -> true;
    };
  }

  private static boolean isGood(JournalItem.Batches item) {
    if (RecordBatches.check(item.bytes()) instanceof BatchCheck.Damaged) {
      return false;
    }
    long next = item.baseOffset();
    for (RecordBatch batch : RecordBatches.in(item.bytes())) {
      if (batch.baseOffset() != next) {
        return false;
      }
      next = batch.nextOffset();
    }
    return true;
  }
}
