package dev.daybook.eventlog.journal;

import java.util.List;

/// What is forced at once: the decisions of one round of the appender, in their order.
public record JournalEntry(long sequence, List<JournalItem> items) {
  public JournalEntry {
    if (sequence < 1) {
      throw new IllegalArgumentException("Sequences count from 1, not " + sequence);
    }
    items = List.copyOf(items);
  }

  /// Bytes of its batches.
  public long batchBytes() {
    long bytes = 0;
    for (JournalItem item : items) {
      bytes += item instanceof JournalItem.Batches batches ? batches.bytes().remaining() : 0;
    }
    return bytes;
  }
}
