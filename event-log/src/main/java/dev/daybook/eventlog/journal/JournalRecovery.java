package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.DurableFiles;
import dev.daybook.eventlog.journal.JournalRecoveryReport.TornTail;
import dev.daybook.eventlog.journal.VerifiedChain.Torn;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/// Makes a verified journal ready for appending. The one step of opening that changes the disk; stopped
/// halfway, the next opening finds the same entries and does it again.
final class JournalRecovery {
  private final JournalDirectory directory;
  private final VerifiedChain chain;

  private JournalRecovery(JournalDirectory directory, VerifiedChain chain) {
    this.directory = directory;
    this.chain = chain;
  }

  static JournalRecoveryReport recover(
      JournalDirectory directory, VerifiedChain chain, long checkpointSequence) throws IOException {
    JournalRecovery recovery = new JournalRecovery(directory, chain);
    Optional<TornTail> tornTail = Optional.empty();
    if (chain.torn().isPresent()) {
      tornTail = recovery.save(chain.torn().get());
    }
    recovery.rewriteLastEntry();
    recovery.clearBeginnings();
    return new JournalRecoveryReport(
        checkpointSequence,
        chain.nextSequence() - 1,
        chain.harmlessGaps(),
        tornTail,
        chain.damagedPlaces());
  }

  private Optional<TornTail> save(Torn torn) throws IOException {
    JournalFile file = torn.place().file();
    long position = torn.place().position();
    ByteBuffer bytes = withoutTrailingZeros(file.bytesGiven(position, torn.bytes()));
    if (!bytes.hasRemaining()) {
      return Optional.empty();
    }
    Path saved = freeName(file, position);
    DurableFiles.write(directory.disk(), saved, bytes.duplicate());
    return Optional.of(
        new TornTail(file.path(), position, chain.nextSequence(), saved, bytes.remaining()));
  }

  private static ByteBuffer withoutTrailingZeros(ByteBuffer bytes) {
    int end = bytes.limit();
    while (end > 0 && bytes.get(end - 1) == 0) {
      end--;
    }
    return bytes.limit(end);
  }

  private Path freeName(JournalFile file, long position) throws IOException {
    for (int attempt = 1; ; attempt++) {
      String name = "torn-%010d-%d-%d.saved".formatted(file.number(), position, attempt);
      Path path = directory.path().resolve(name);
      if (!directory.disk().exists(path)) {
        return path;
      }
    }
  }

  /// The last entry may be whole only in the system's cache: its force failed, or was never called. The
  /// ones before it were forced. Writing the same bytes again makes the cache dirty, so that the force is
  /// a real one.
  private void rewriteLastEntry() throws IOException {
    if (chain.lastNeeded().isEmpty()) {
      return;
    }
    ChainLink.Entry last = chain.lastNeeded().get();
    JournalFile file = last.place().file();
    long position = last.place().position();
    file.overwrite(position, file.bytesGiven(position, last.end() - position));
    file.force();
  }

  /// Whatever was begun must never be found again, were it only that the disk shows what the cache does not.
  private void clearBeginnings() throws IOException {
    for (Place place : chain.beginnings()) {
      place.file().overwrite(place.position(), ByteBuffer.allocate(JournalFile.BLOCK_BYTES));
      place.file().force();
    }
  }
}
