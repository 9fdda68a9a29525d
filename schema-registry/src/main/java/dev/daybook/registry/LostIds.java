package dev.daybook.registry;

/// Whether the log may have forgotten ids that were handed out: after it was restored from a backup, or somebody
/// accepted a loss, records are missing at its end, and with them ids that are in the data of other topics.
///
/// The log tells by its leader epoch. Daybook raises it by a thousand at least, and up to the seconds since 2026; a Kafka
/// cluster by one with each new leader, which loses nothing that was acknowledged by all. So a rise by a thousand or more
/// from one record to the next is such a loss, and a smaller one is none: a registry on Kafka does not skip at every
/// change of leader. (A leader elected unclean may lose ids there, as it may with any registry.)
///
/// @param safeEpoch up to here nothing was lost, or ids were skipped; -1 when nothing is known
/// @param lastEpoch of the record read last, or -1
record LostIds(int safeEpoch, int lastEpoch) {
  static final LostIds NONE = new LostIds(-1, -1);

  private static final int FAR = 1_000;
  private static final int SKIPPED = 10_000;

  /// After a mark that says so.
  LostIds safeUpTo(int epoch) {
    return new LostIds(Math.max(safeEpoch, epoch), lastEpoch);
  }

  /// After a record of this leader epoch.
  LostIds appendedIn(int epoch) {
    boolean near = safeEpoch < 0 || epoch - safeEpoch < FAR;
    return new LostIds(near ? Math.max(safeEpoch, epoch) : safeEpoch, epoch);
  }

  boolean possible() {
    return lastEpoch - safeEpoch >= FAR;
  }

  /// The highest id that may have been handed out. It follows the epoch, which is a time, so that two logs restored
  /// from one backup do not hand out the same ids either.
  int skipFrom(int highestId) {
    return (int) Math.min(Math.max(highestId + (long) SKIPPED, lastEpoch), Integer.MAX_VALUE);
  }
}
