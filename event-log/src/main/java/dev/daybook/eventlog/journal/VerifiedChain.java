package dev.daybook.eventlog.journal;

import java.util.List;
import java.util.Optional;

/// What verification found: entries up to the last one that is whole, and what is missing among them or behind.
///
/// @param needed what lies behind the checkpoint, in order
/// @param first the oldest file that holds anything worth keeping
/// @param end where the next entry goes; the torn entry's place if there is one
/// @param beginnings every place where an entry may have been begun: behind the last one, and the starts of
///     later files
/// @param nextSequence of the next entry
/// @param previousCrc that the next entry must name
/// @param ownerEpoch of the last entry, 0 if there is none
/// @param harmlessGaps damaged places in front of the checkpoint
/// @param torn what is known of the entry that was torn
/// @param endsEarly whether entries may be missing behind the last one
record VerifiedChain(
    List<ChainLink> needed,
    JournalFile first,
    Place end,
    List<Place> beginnings,
    long nextSequence,
    int previousCrc,
    int ownerEpoch,
    int harmlessGaps,
    Optional<Torn> torn,
    boolean endsEarly) {
  VerifiedChain {
    needed = List.copyOf(needed);
    beginnings = List.copyOf(beginnings);
  }

  /// How often something that was durable is not as it was.
  int damagedPlaces() {
    return (int)
        needed.stream()
            .filter(link -> !(link instanceof ChainLink.Entry entry) || !entry.whole())
            .count();
  }

  /// The last entry that is there.
  Optional<ChainLink.Entry> lastNeeded() {
    return needed.isEmpty() || !(needed.getLast() instanceof ChainLink.Entry last)
        ? Optional.empty()
        : Optional.of(last);
  }

  /// An entry that was begun and is not whole.
  ///
  /// @param bytes it would have, to the file's end when its header is not readable
  record Torn(Place place, long bytes) {}
}
