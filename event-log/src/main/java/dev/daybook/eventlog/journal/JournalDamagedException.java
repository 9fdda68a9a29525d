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

  /// The disk does not give all of a file, and what it does not give may be needed.
  static JournalDamagedException unreadable(Path file, long position) {
    return new JournalDamagedException(
        file,
        position,
        0,
        0,
        "The journal is damaged: the disk does not give what lies at byte %d of %s, and that may be needed."
            .formatted(position, file));
  }

  /// A valid entry was appended by an owner whose time was over.
  static JournalDamagedException ofFormerOwner(Path file, long position, long sequence) {
    return new JournalDamagedException(
        file,
        position,
        sequence,
        0,
        "The journal is damaged: %s holds at byte %d an entry %d of a process that was not its owner any more."
            .formatted(file, position, sequence));
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
