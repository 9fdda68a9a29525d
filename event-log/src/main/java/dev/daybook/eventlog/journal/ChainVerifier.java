package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.journal.VerifiedChain.Torn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows the chain of entries through the files and decides where it ends, changing nothing. Why the
/// verdict is right is argued in the package's description. Used once, by the thread that opens the journal.
final class ChainVerifier {
  private final List<JournalFile> files;
  private final long checkpointSequence;
  private final Optional<CleanEnd> cleanEnd;

  /// Where the walk stands: before the entry `nextSequence`, which names `previousCrc`.
  private int fileIndex;

  private long position = JournalFile.FIRST_ENTRY;
  private long nextSequence = 1;
  private int previousCrc;
  private int ownerEpoch;

  private final List<Place> needed = new ArrayList<>();
  private int firstIndex;
  private int harmlessGaps;

  private ChainVerifier(
      List<JournalFile> files, long checkpointSequence, Optional<CleanEnd> cleanEnd) {
    this.files = files;
    this.checkpointSequence = checkpointSequence;
    this.cleanEnd = cleanEnd;
  }

  /// Verifies every entry behind the checkpoint.
  ///
  /// @param files at least one, in the order of their numbers
  /// @param cleanEnd where a clean stop left the end, if the last one was clean
  /// @throws JournalDamagedException when an entry behind the checkpoint is missing that was durable
  static VerifiedChain verify(
      List<JournalFile> files, long checkpointSequence, Optional<CleanEnd> cleanEnd)
      throws IOException {
    ChainVerifier verifier = new ChainVerifier(files, checkpointSequence, cleanEnd);
    verifier.goToFileOfCheckpoint();
    verifier.walk();
    while (verifier.nextSequence <= checkpointSequence && verifier.skipHarmlessGap()) {
      verifier.walk();
    }
    return verifier.verdict();
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
    if (header.sequence() > checkpointSequence) {
      needed.add(new Place(file, position));
    }
    position += header.entryBytes();
    file.passed(header.sequence(), position);
    nextSequence++;
    previousCrc = header.crc();
    ownerEpoch = header.ownerEpoch();
    return true;
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

  private VerifiedChain verdict() throws IOException {
    if (nextSequence <= checkpointSequence) {
      Found found = nextFound(fileIndex, position);
      throw found == null ? endsEarly() : missing(found.header.sequence());
    }
    Optional<Torn> torn = endsCleanly() ? Optional.empty() : tornEntry();
    Place end = torn.map(Torn::place).orElseGet(() -> new Place(files.get(fileIndex), position));
    return new VerifiedChain(
        needed,
        files.get(firstIndex),
        end,
        beginnings(),
        nextSequence,
        previousCrc,
        ownerEpoch,
        harmlessGaps,
        torn);
  }

  /// Whether a clean stop left the chain exactly so: then nothing was written behind it, and looking would cost a walk
  /// through all that is left of the files.
  private boolean endsCleanly() {
    JournalFile file = files.get(fileIndex);
    CleanEnd found =
        new CleanEnd(nextSequence, file.number(), file.salt(), position, previousCrc, ownerEpoch);
    return cleanEnd.filter(found::equals).isPresent();
  }

  /// Looks at everything behind the last whole entry. One entry may have been begun, at the end or at the
  /// start of a later file; any other header of this life proves that a durable entry is missing.
  private Optional<Torn> tornEntry() throws IOException {
    Torn torn = null;
    for (Found found = nextFound(fileIndex, position);
        found != null;
        found = nextFound(found.fileIndex, found.position + JournalFile.BLOCK_BYTES)) {
      if (torn != null || !isNext(found.header) || !isCandidate(found.fileIndex, found.position)) {
        throw missing(found.header.sequence());
      }
      torn =
          new Torn(
              new Place(files.get(found.fileIndex), found.position), found.header.entryBytes());
    }
    return torn != null ? Optional.of(torn) : entryWithTornHeader();
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

  private Optional<Torn> entryWithTornHeader() throws IOException {
    for (Place place : beginnings()) {
      if (place.file().isBegunAt(place.position(), nextSequence, previousCrc)) {
        return Optional.of(new Torn(place, place.file().sizeBytes() - place.position()));
      }
    }
    return Optional.empty();
  }

  private JournalDamagedException missing(long nextValid) {
    Place place = placeOfNext();
    return JournalDamagedException.missing(
        place.file().path(), place.position(), firstNeeded(), nextValid);
  }

  private JournalDamagedException endsEarly() {
    Place place = placeOfNext();
    return JournalDamagedException.endsEarly(place.file().path(), place.position(), firstNeeded());
  }

  private Place placeOfNext() {
    List<Place> beginnings = beginnings();
    return beginnings.isEmpty() ? new Place(files.get(fileIndex), position) : beginnings.getFirst();
  }

  private long firstNeeded() {
    return Math.max(nextSequence, checkpointSequence + 1);
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
