package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Room;
import java.io.IOException;

/// The durable order of everything a shard decides. One owner thread appends; entries are numbered from
/// 1 without gap. Nothing above this interface knows where the journal lies: in files of one directory
/// now, on a replicated ledger later.
public interface Journal extends AutoCloseable {
  /// Hands over every durable entry whose sequence is at least `fromSequence`, in order, then returns. Where durable entries
  /// are not there any more, it says so in their place.
  /// Called once, before the first append.
  void replay(long fromSequence, EntryReader reader) throws IOException;

  /// Appends one entry and calls `durable` when it, and so all before it, can no longer be lost. The
  /// file journal calls it before it returns, on the calling thread. The items' buffers are consumed only
  /// as duplicates; their position stays.
  ///
  /// @throws IOException when writing or forcing failed; the journal must not be used any more
  void append(JournalEntry entry, Runnable durable) throws IOException;

  /// As [#append], and calls `written` before, as soon as only a machine that stops can lose the entry, no longer a process.
  default void append(JournalEntry entry, Runnable written, Runnable durable) throws IOException {
    append(
        entry,
        () -> {
          written.run();
          durable.run();
        });
  }

  /// Whether who had it before left it in order, so that everything that was ever handed over is there.
  boolean wasLeftCleanly();

  /// How many entries opening found torn by a crash, and cut off.
  int tornTails();

  /// The sequence that the next entry must carry.
  long nextSequence();

  /// Says whom to ask for room on a full disk. Called once, before the first append.
  default void asksForRoom(Room room) {}

  /// Gives up a file that holds nothing and that appends can do without for a while, so that others have its room. Called
  /// from any thread.
  ///
  /// @return whether there was one
  default boolean giveUpSpareFile() throws IOException {
    return false;
  }

  /// Says that entries up to `sequence` are no longer needed. Called from the checkpointer's thread.
  void trim(long sequence) throws IOException;

  /// Whether an entry of about so many bytes needs nothing that is not there. Asked by the thread that appends.
  default boolean fits(long entryBytes) {
    return true;
  }

  /// Does work ahead of time that an append would have to wait for. Called often; costs nothing when there is nothing to
  /// do. On a full disk it does nothing, and may be asked for again.
  ///
  /// @return false where it found no room. What was made ready may be in use already
  boolean prepareAhead() throws IOException;

  /// Bytes of disk that preparing ahead would take now; 0 when there is nothing to prepare, or it needs no more room.
  long bytesToPrepare();

  /// As [#prepareAhead], where the disk does not have as much room: makes so little ready that decisions of a full disk find
  /// room in it, and what is written up to now can be given up when it is not needed any more.
  ///
  /// @return as there
  default boolean prepareSmall() throws IOException {
    return true;
  }

  /// As [#bytesToPrepare], for [#prepareSmall].
  default long bytesToPrepareSmall() {
    return bytesToPrepare();
  }

  /// Whether entries find room for a while without more disk. Called from any thread.
  boolean hasRoomAhead();

  /// Whether one entry can carry so many bytes of batches in so many items. Called from any thread.
  boolean takes(long batchBytes, long items);

  /// Bytes held for entries that are not trimmed yet; may count a little more. Called from any thread.
  long usedBytes();

  /// How long the force of the last append took, for who measures. Asked by the thread that appends.
  default long lastForceNs() {
    return 0;
  }

  /// Whether an append waits for its force now. Called from any thread.
  default boolean isForcing() {
    return false;
  }

  /// Notes that nothing is under way, so that the next opening has less to look for. The last call before [#close], and
  /// only when all that was asked is done.
  void endCleanly() throws IOException;

  @Override
  void close() throws IOException;

  /// Takes entries during [#replay].
  @FunctionalInterface
  interface EntryReader {
    void read(JournalEntry entry) throws IOException;

    /// Says that of entries in this place something is missing. What could be used of them was read before.
    default void lost(LostEntries entries) throws IOException {
      throw new IOException(
          "The journal has lost %s, and nobody here can do without".formatted(entries));
    }
  }
}
