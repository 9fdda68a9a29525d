package dev.daybook.eventlog.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The journal lost entries that were durable: bytes that were forced are not there any more, and it was not
/// a crash, because a crash can only tear the very last entry. Nothing was changed on the disk.
public final class JournalDamagedException extends IOException {
  private static final long serialVersionUID = 1L;

  private static final String WHAT_TO_DO =
      " Nothing was changed. Keep a copy of the data directory, check the disk and its cabling, then restore"
          + " the directory from a backup.";

  private final transient Path file;
  private final long position;
  private final long firstMissing;
  private final long nextValid;

  private JournalDamagedException(
      Path file, long position, long firstMissing, long nextValid, String message) {
    super(message + WHAT_TO_DO);
    this.file = file;
    this.position = position;
    this.firstMissing = firstMissing;
    this.nextValid = nextValid;
  }

  /// A file as a whole is not what it must be; which entries it held is not known.
  static JournalDamagedException badFile(Path file, String what) {
    return new JournalDamagedException(
        file, 0, 0, 0, "The journal is damaged: %s, %s.".formatted(file, what));
  }

  /// Entries from `firstMissing` up to `nextValid`, which was found behind them, are missing.
  static JournalDamagedException missing(
      Path file, long position, long firstMissing, long nextValid) {
    return new JournalDamagedException(
        file,
        position,
        firstMissing,
        nextValid,
        "The journal is damaged: %s holds no valid entry %d at byte %d, but entry %d follows."
            .formatted(file, firstMissing, position, nextValid));
  }

  /// Nothing valid is left from before the checkpoint on; entries from `firstMissing` on may have been there.
  static JournalDamagedException endsEarly(Path file, long position, long firstMissing) {
    return new JournalDamagedException(
        file,
        position,
        firstMissing,
        0,
        "The journal is damaged: %s holds nothing valid from byte %d on, though entry %d was there."
            .formatted(file, position, firstMissing - 1));
  }

  public Path file() {
    return file;
  }

  /// Where in the file a valid entry ought to be, in bytes.
  public long position() {
    return position;
  }

  /// The first entry that is or may be missing, where that is known.
  public OptionalLong firstMissingSequence() {
    return firstMissing == 0 ? OptionalLong.empty() : OptionalLong.of(firstMissing);
  }

  /// The last missing entry, where a valid one behind it was found.
  public OptionalLong lastMissingSequence() {
    return nextValid == 0 ? OptionalLong.empty() : OptionalLong.of(nextValid - 1);
  }
}
