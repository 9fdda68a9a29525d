package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.journal.JournalEntry;
import java.util.List;

/// An entry that the journal has, on its way into the segments.
///
/// @param leases a hold for each of its batches
record DurableEntry(JournalEntry entry, List<Lease> leases) {
  DurableEntry {
    leases = List.copyOf(leases);
  }

  /// Says that segments serve its batches now.
  void release() {
    leases.forEach(Lease::release);
  }
}
