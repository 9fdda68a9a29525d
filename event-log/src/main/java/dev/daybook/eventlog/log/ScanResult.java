package dev.daybook.eventlog.log;

import java.util.List;

/// What reading a sealed segment from end to end has found.
public sealed interface ScanResult {
  /// What the whole batches are.
  ContentProof found();

  /// All batches are whole, and are those that the footer proves.
  record Proven(ContentProof found) implements ScanResult {}

  /// All batches are whole, and nothing proves that they are those that were written: the footer has no proof yet, or is
  /// damaged.
  ///
  /// @param strangeBytes how many stand behind the footer's place, where nothing belongs
  record Unproven(ContentProof found, long strangeBytes) implements ScanResult {}

  /// All batches are whole, but they are not those that the footer proves: a field that no batch's CRC covers.
  record Differs(ContentProof proven, ContentProof found) implements ScanResult {}

  /// Batches are damaged, or missing.
  record Damaged(ContentProof found, List<Hole> holes) implements ScanResult {
    public Damaged {
      holes = List.copyOf(holes);
    }
  }

  /// Bytes that are no whole batches, and the offsets that are missing for it; these may be none.
  record Hole(long fromOffset, long toOffset, long fromPosition, long toPosition, String reason) {}
}
