package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.journal.VerifiedChain.Torn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Follows the chain of entries through the files and decides where it ends and what is missing in it, changing nothing. Why
/// the verdict is right is argued in the package's description. Used once, by the thread that opens the journal.
final class ChainVerifier {
  private final List<JournalFile> files;
  private final long checkpointSequence;
  private final boolean lacksNewestFile;
  private final Optional<CleanEnd> cleanEnd;

  /// Where the walk stands: before the entry `nextSequence`, which names `previousCrc`.
  private int fileIndex;

  private long position = JournalFile.FIRST_ENTRY;
  private long nextSequence = 1;
  private int previousCrc;
  private int ownerEpoch;

  private final List<ChainLink> needed = new ArrayList<>();
  private int firstIndex;
  private int harmlessGaps;

  private ChainVerifier(
      List<JournalFile> files,
      long checkpointSequence,
      boolean lacksNewestFile,
      Optional<CleanEnd> cleanEnd) {
    this.files = files;
    this.checkpointSequence = checkpointSequence;
    this.lacksNewestFile = lacksNewestFile;
    this.cleanEnd = cleanEnd;
  }

  /// Verifies every entry behind the checkpoint.
  ///
  /// @param files at least one, in the order of their numbers
  /// @param lacksNewestFile whether there was a newer one that cannot be read
  /// @param cleanEnd where a clean stop left the end, if the last one was clean
  /// @throws JournalDamagedException when an owner appended that had been followed by another one
  static VerifiedChain verify(
      List<JournalFile> files,
      long checkpointSequence,
      boolean lacksNewestFile,
      Optional<CleanEnd> cleanEnd)
      throws IOException {
    ChainVerifier verifier =
        new ChainVerifier(files, checkpointSequence, lacksNewestFile, cleanEnd);
    verifier.goToFileOfCheckpoint();
    verifier.walk();
    while (verifier.nextSequence <= checkpointSequence && verifier.skipHarmlessGap()) {
      verifier.walk();
    }
    while (!verifier.endsCleanly() && verifier.goOnBehindDamage()) {
      verifier.walk();
    }
    VerifiedChain verdict = verifier.verdict();
    verifier.requireReadable(verdict);
    return verdict;
  }

  /// The newest file that starts at or before the first needed entry is where that entry lies, or behind.
  private void goToFileOfCheckpoint() throws IOException {
    for (int index = files.size() - 1; index >= 0; index--) {
      EntryHeader first = files.get(index).headerAt(JournalFile.FIRST_ENTRY);
      if (first != null && first.sequence() <= checkpointSequence + 1 && isUsable(first, index)) {
        standBefore(index, JournalFile.FIRST_ENTRY, first);
        firstIndex = index;
        return;
      }
    }
  }

  /// An entry in front of the checkpoint serves as a stepping stone whatever became of its body.
  private boolean isUsable(EntryHeader header, int index) throws IOException {
    return header.sequence() <= checkpointSequence
        || files.get(index).bodyIsValid(header, JournalFile.FIRST_ENTRY);
  }

  private void standBefore(int index, long at, EntryHeader header) {
    fileIndex = index;
    position = at;
    nextSequence = header.sequence();
    previousCrc = header.previousCrc();
    ownerEpoch = header.ownerEpoch();
  }

  private void walk() throws IOException {
    while (passEntry() || moveToNextFile()) {}
  }

  private boolean passEntry() throws IOException {
    JournalFile file = files.get(fileIndex);
    EntryHeader header = file.headerAt(position);
    if (header == null || !isNext(header) || !isWholeIfNeeded(header)) {
      return false;
    }
    pass(new ChainLink.Entry(new Place(file, position), header, true));
    return true;
  }

  private void pass(ChainLink.Entry entry) {
    EntryHeader header = entry.header();
    if (header.sequence() > checkpointSequence) {
      needed.add(entry);
    }
    position = entry.end();
    entry.place().file().passed(header.sequence(), position);
    nextSequence = header.sequence() + 1;
    previousCrc = header.crc();
    ownerEpoch = header.ownerEpoch();
  }

  private boolean isNext(EntryHeader header) {
    return header.continues(nextSequence, previousCrc) && header.ownerEpoch() >= ownerEpoch;
  }

  private boolean isWholeIfNeeded(EntryHeader header) throws IOException {
    return header.sequence() <= checkpointSequence
        || files.get(fileIndex).bodyIsValid(header, position);
  }

  /// The writer leaves a file when an entry does not fit, so the next entry may begin a later file. Files
  /// without any entry in between were too small for it.
  private boolean moveToNextFile() throws IOException {
    for (int index = fileIndex + 1; index < files.size(); index++) {
      EntryHeader first = files.get(index).headerAt(JournalFile.FIRST_ENTRY);
      if (first == null) {
        continue;
      }
      boolean goesOn =
          isNext(first)
              && (first.sequence() <= checkpointSequence
                  || files.get(index).bodyIsValid(first, JournalFile.FIRST_ENTRY));
      if (goesOn) {
        fileIndex = index;
        position = JournalFile.FIRST_ENTRY;
      }
      return goesOn;
    }
    return false;
  }

  /// Damage among entries that a checkpoint made superfluous does no harm, if the first needed entry or one
  /// in front of it is found behind the damage.
  private boolean skipHarmlessGap() throws IOException {
    Found found = nextFound(fileIndex, position);
    if (found == null || found.header.sequence() > checkpointSequence + 1) {
      return false;
    }
    harmlessGaps++;
    standBefore(found.fileIndex, found.position, found.header);
    return true;
  }

  /// Whether a clean stop left the chain exactly so: then nothing was written behind it, and looking would cost a walk
  /// through all that is left of the files.
  private boolean endsCleanly() {
    JournalFile file = files.get(fileIndex);
    CleanEnd found =
        new CleanEnd(nextSequence, file.number(), file.salt(), position, previousCrc, ownerEpoch);
    return cleanEnd.filter(found::equals).isPresent();
  }

  /// Whether something of this life lies behind where the walk ended, that is not just the next entry, torn: then that entry
  /// was durable, and what of it and behind it can still be read is taken.
  private boolean goOnBehindDamage() throws IOException {
    Found found = nextFound(fileIndex, position);
    if (found == null || isTorn(found)) {
      return false;
    }
    EntryHeader header = found.header;
    if (isNext(header) && isCandidate(found.fileIndex, found.position)) {
      passAt(found.fileIndex, found.position, header, false);
    } else if (header.sequence() > nextSequence) {
      passMissing(found);
    } else {
      goOnAtEntryOfOtherPast(found);
    }
    return true;
  }

  private boolean isTorn(Found found) throws IOException {
    return isNext(found.header)
        && isCandidate(found.fileIndex, found.position)
        && nextFound(found.fileIndex, found.position + JournalFile.BLOCK_BYTES) == null;
  }

  private void passAt(int index, long at, EntryHeader header, boolean whole) {
    fileIndex = index;
    pass(new ChainLink.Entry(new Place(files.get(index), at), header, whole));
  }

  /// Entries without a header that can be read lie before this one. The last of them is named by it.
  private void passMissing(Found found) throws IOException {
    if (found.header.sequence() == nextSequence + 1 && restoreBefore(found)) {
      return;
    }
    miss(Math.max(nextSequence, checkpointSequence + 1), found.header.sequence());
    standBefore(found.fileIndex, found.position, found.header);
  }

  private boolean restoreBefore(Found found) throws IOException {
    for (int index = fileIndex; index <= found.fileIndex; index++) {
      JournalFile file = files.get(index);
      long at = index == fileIndex ? position : JournalFile.FIRST_ENTRY;
      EntryHeader header =
          file.headerRestored(at, nextSequence, previousCrc, found.header.previousCrc());
      if (header != null) {
        passAt(index, at, header, file.bodyIsValid(header, at));
        return true;
      }
    }
    return false;
  }

  /// An entry of the sequence that must follow, which names another one before it than there is, or lies where it cannot.
  private void goOnAtEntryOfOtherPast(Found found) throws IOException {
    if (found.header.ownerEpoch() < ownerEpoch) {
      throw JournalDamagedException.ofFormerOwner(
          files.get(found.fileIndex).path(), found.position, found.header.sequence());
    }
    boolean other = found.header.previousCrc() != previousCrc;
    if (other && !needed.isEmpty() && needed.getLast() instanceof ChainLink.Entry) {
      needed.removeLast();
      miss(nextSequence - 1, nextSequence);
    }
    standBefore(found.fileIndex, found.position, found.header);
  }

  private void miss(long fromSequence, long toSequence) {
    if (fromSequence < toSequence) {
      needed.add(new ChainLink.Missing(fromSequence, toSequence));
    }
  }

  private VerifiedChain verdict() throws IOException {
    boolean endsEarly = isFileMissingBehind() || lacksItsBeginning();
    if (nextSequence <= checkpointSequence) {
      // The last entry ought to be there, needed or not. If it is, with a damaged header, no harm
      // is done.
      boolean isBegun = beginnings().stream().findFirst().isPresent() && isBegunAtNext();
      endsEarly |= !isBegun;
      harmlessGaps += isBegun ? 1 : 0;
      nextSequence = checkpointSequence + 1;
    }
    Optional<Torn> torn = endsCleanly() && !endsEarly ? Optional.empty() : tornEntry(endsEarly);
    Place end = torn.map(Torn::place).orElseGet(() -> new Place(files.get(fileIndex), position));
    if (endsEarly) {
      miss(nextSequence, LostEntries.UNKNOWN_END);
    }
    return new VerifiedChain(
        needed,
        files.get(firstIndex),
        end,
        beginnings(),
        nextSequence,
        previousCrc,
        ownerEpoch,
        harmlessGaps,
        torn,
        endsEarly);
  }

  /// Where the disk gives nothing, anything may have been. In front of all that is needed that does no harm.
  private void requireReadable(VerifiedChain chain) throws IOException {
    for (JournalFile file : files) {
      OptionalLong bad = file.lastUnreadable();
      if (bad.isPresent() && !isBefore(file, bad.getAsLong(), chain)) {
        throw JournalDamagedException.unreadable(file.path(), bad.getAsLong());
      }
    }
  }

  private static boolean isBefore(JournalFile file, long position, VerifiedChain chain) {
    if (chain.needed().isEmpty()) {
      return isBefore(file, position, chain.end());
    }
    return switch (chain.needed().getFirst()) {
      case ChainLink.Entry first -> isBefore(file, position, first.place());
      case ChainLink.Missing _ -> false;
    };
  }

  private static boolean isBefore(JournalFile file, long position, Place place) {
    return file.number() < place.file().number()
        || (file.equals(place.file()) && position < place.position());
  }

  private boolean isBegunAtNext() throws IOException {
    Place next = beginnings().getFirst();
    return next.file().isBegunAt(next.position(), nextSequence, previousCrc);
  }

  /// Files get their numbers one by one, and their size before that: a gap behind the last entry, or a file that is too short,
  /// means that what followed it may be gone.
  private boolean isFileMissingBehind() {
    if (lacksNewestFile || files.get(fileIndex).isCutShort()) {
      return true;
    }
    for (int index = fileIndex + 1; index < files.size(); index++) {
      JournalFile file = files.get(index);
      if (file.number() != files.get(index - 1).number() + 1 || file.isCutShort()) {
        return true;
      }
    }
    return false;
  }

  /// A journal begins with file 1, whose header was durable before its name. Where nothing was ever trimmed and no entry is
  /// found, another first file, or one without a header, means that the beginning is gone.
  private boolean lacksItsBeginning() {
    JournalFile oldest = files.getFirst();
    return nextSequence == 1
        && checkpointSequence == 0
        && (oldest.number() != 1 || oldest.isDamaged());
  }

  /// What was begun behind the last whole entry: the one header of this life that is left there, or bytes that would be one
  /// but for some. Where the journal ends early nobody knows what it is, so it is saved as well.
  private Optional<Torn> tornEntry(boolean endsEarly) throws IOException {
    Found found = nextFound(fileIndex, position);
    if (found != null) {
      Place place = new Place(files.get(found.fileIndex), found.position);
      return Optional.of(new Torn(place, found.header.entryBytes()));
    }
    for (Place place : beginnings()) {
      if (endsEarly || place.file().isBegunAt(place.position(), nextSequence, previousCrc)) {
        return Optional.of(new Torn(place, place.file().sizeBytes() - place.position()));
      }
    }
    return Optional.empty();
  }

  private boolean isCandidate(int index, long at) {
    return index == fileIndex ? at == position : at == JournalFile.FIRST_ENTRY;
  }

  private List<Place> beginnings() {
    List<Place> beginnings = new ArrayList<>();
    for (int index = fileIndex; index < files.size(); index++) {
      long at = index == fileIndex ? position : JournalFile.FIRST_ENTRY;
      if (at < files.get(index).sizeBytes()) {
        beginnings.add(new Place(files.get(index), at));
      }
    }
    return beginnings;
  }

  /// The first header from that place on whose sequence is not behind us. Older ones are no evidence of
  /// anything: a payload may hold a copy of them.
  private @Nullable Found nextFound(int fromIndex, long fromPosition) throws IOException {
    long at = fromPosition;
    for (int index = fromIndex; index < files.size(); index++) {
      JournalFile file = files.get(index);
      for (at = file.nextHeader(at); at >= 0; at = file.nextHeader(at + JournalFile.BLOCK_BYTES)) {
        EntryHeader header = file.headerAt(at);
        if (header != null && header.sequence() >= nextSequence) {
          return new Found(index, at, header);
        }
      }
      at = JournalFile.FIRST_ENTRY;
    }
    return null;
  }

  private record Found(int fileIndex, long position, EntryHeader header) {}
}
