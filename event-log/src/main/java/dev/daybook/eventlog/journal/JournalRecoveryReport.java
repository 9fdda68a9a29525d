package dev.daybook.eventlog.journal;

import java.nio.file.Path;
import java.util.Optional;

/// What opening a journal found and did.
///
/// @param checkpointSequence up to which entries were not needed any more
/// @param lastSequence of the last entry; 0 in a new journal
/// @param harmlessGaps damaged places among the entries that were not needed any more
/// @param tornTail the entry that a crash tore, if it did
/// @param damagedPlaces behind the checkpoint, where entries are damaged or missing that were durable
public record JournalRecoveryReport(
    long checkpointSequence,
    long lastSequence,
    int harmlessGaps,
    Optional<TornTail> tornTail,
    int damagedPlaces) {

  /// The last entry was not whole: nobody was told that it is durable. Its bytes were saved beside the
  /// journal before its place was cleared.
  ///
  /// @param file the journal file
  /// @param position of the entry in it
  /// @param sequence that the entry had
  /// @param saved the file that holds the bytes now
  /// @param savedBytes how many
  public record TornTail(Path file, long position, long sequence, Path saved, long savedBytes) {}
}
