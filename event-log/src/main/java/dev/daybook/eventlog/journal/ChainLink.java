package dev.daybook.eventlog.journal;

/// A piece of the journal behind the checkpoint, as verification found it.
sealed interface ChainLink {

  /// An entry that is there.
  ///
  /// @param header as it was written; it was restored where the one on the disk is damaged
  /// @param whole whether its body is right, too
  record Entry(Place place, EntryHeader header, boolean whole) implements ChainLink {
    long end() {
      return place.position() + header.entryBytes();
    }
  }

  /// Entries of which nothing can be read.
  ///
  /// @param toSequence behind the last one
  record Missing(long fromSequence, long toSequence) implements ChainLink {}
}
