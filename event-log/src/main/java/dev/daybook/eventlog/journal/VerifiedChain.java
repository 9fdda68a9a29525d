package dev.daybook.eventlog.journal;

import java.util.List;
import java.util.Optional;

/// What verification found: entries up to the last one that is whole, and nothing that ought to follow it.
///
/// @param needed where the entries behind the checkpoint lie, in order
/// @param first the oldest file that holds anything worth keeping
/// @param end where the next entry goes; the torn entry's place if there is one
/// @param beginnings every place where an entry may have been begun: behind the last one, and the starts of
///     later files
/// @param nextSequence of the next entry
/// @param previousCrc that the next entry must name
/// @param ownerEpoch of the last entry, 0 if there is none
/// @param harmlessGaps damaged places in front of the checkpoint
/// @param torn what is known of the entry that was torn
record VerifiedChain(
    List<Place> needed,
    JournalFile first,
    Place end,
    List<Place> beginnings,
    long nextSequence,
    int previousCrc,
    int ownerEpoch,
    int harmlessGaps,
    Optional<Torn> torn) {
  VerifiedChain {
    needed = List.copyOf(needed);
    beginnings = List.copyOf(beginnings);
  }

  /// An entry that was begun and is not whole.
  ///
  /// @param bytes it would have, to the file's end when its header is not readable
  record Torn(Place place, long bytes) {}
}
