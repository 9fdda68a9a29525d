package dev.daybook.eventlog.log;

/// What reading a sealed segment from end to end has found.
public sealed interface ScanResult {

  /// All batches are whole, and are those that the footer proves.
  record Proven(ContentProof proof) implements ScanResult {}

  /// All batches are whole, and nothing proves that they are those that were written: the footer has no proof yet, or is
  /// damaged.
  ///
  /// @param strangeBytes how many stand behind the footer's place, where nothing belongs
  record Unproven(ContentProof found, long strangeBytes) implements ScanResult {}

  /// All batches are whole, but they are not those that the footer proves: a field that no batch's CRC covers.
  record Differs(ContentProof proven, ContentProof found) implements ScanResult {}

  /// A batch is damaged, or missing.
  ///
  /// @param offset of the record that the batch must begin with
  /// @param position where in the file it must stand
  record Damaged(long offset, long position, String reason) implements ScanResult {}
}
