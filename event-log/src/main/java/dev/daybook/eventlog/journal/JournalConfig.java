package dev.daybook.eventlog.journal;

/// Sizes of the file journal.
///
/// @param firstFileBytes of the first file of a new journal: smaller, so that a first start is quick
/// @param fileBytes of every other file; bounds the largest entry, which must fit in one file
public record JournalConfig(long firstFileBytes, long fileBytes) {
  public static final JournalConfig DEFAULT = new JournalConfig(4L << 20, 64L << 20);

  public JournalConfig {
    if (fileBytes < firstFileBytes || !isWhole(fileBytes) || !isWhole(firstFileBytes)) {
      throw new IllegalArgumentException(
          "Journal files are whole blocks of %d bytes, at least two, the first not the largest; not %d and %d"
              .formatted(JournalFile.BLOCK_BYTES, firstFileBytes, fileBytes));
    }
  }

  /// The largest entry that fits in a file, its header and padding included.
  long maxEntryBytes() {
    return fileBytes - JournalFile.BLOCK_BYTES;
  }

  private static boolean isWhole(long bytes) {
    return bytes >= 2 * JournalFile.BLOCK_BYTES && bytes % JournalFile.BLOCK_BYTES == 0;
  }
}
