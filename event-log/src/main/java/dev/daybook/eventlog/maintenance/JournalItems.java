package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.journal.JournalEntry;
import dev.daybook.eventlog.journal.JournalItem;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.record.BatchCheck;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.record.RecordBatch;
import dev.daybook.eventlog.record.RecordBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the journal's entries behind a checkpoint say of partitions, and whether it fits together: batches are whole, and
/// go on where the checkpoint, or the batch before, ended. Used by one thread.
final class JournalItems implements Journal.EntryReader {
  private final Map<PartitionId, LogEnd> ends;
  private final Map<PartitionId, Long> nextOffsets = new HashMap<>();
  private final List<ByteBuffer> catalogue = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  JournalItems(Map<PartitionId, LogEnd> ends) {
    this.ends = ends;
  }

  @Override
  public void read(JournalEntry entry) {
    for (JournalItem item : entry.items()) {
      if (item instanceof JournalItem.Batches batches) {
        take(entry.sequence(), batches.partition(), batches.bytes());
      }
    }
  }

  /// Whether an entry has batches of that partition.
  boolean names(PartitionId id) {
    return nextOffsets.containsKey(id);
  }

  /// Where the partition goes on behind its last entry.
  Optional<Long> nextOffset(PartitionId id) {
    return Optional.ofNullable(nextOffsets.get(id));
  }

  /// The catalogue's batches, in order.
  List<ByteBuffer> catalogue() {
    return catalogue;
  }

  List<String> problems() {
    return problems;
  }

  private void take(long sequence, PartitionId id, ByteBuffer bytes) {
    if (RecordBatches.check(bytes) instanceof BatchCheck.Damaged damaged) {
      problems.add("Entry %d of %s: %s".formatted(sequence, id, damaged.reason()));
      return;
    }
    long expected =
        nextOffset(id).orElseGet(() -> ends.getOrDefault(id, LogEnd.EMPTY).nextOffset());
    for (RecordBatch batch : RecordBatches.in(bytes)) {
      if (batch.baseOffset() != expected) {
        problems.add(
            "Entry %d of %s goes on at offset %d where %d must follow"
                .formatted(sequence, id, batch.baseOffset(), expected));
      }
      expected = batch.nextOffset();
    }
    nextOffsets.put(id, expected);
    if (id.equals(PartitionId.CATALOGUE)) {
      catalogue.add(ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip());
    }
  }
}
