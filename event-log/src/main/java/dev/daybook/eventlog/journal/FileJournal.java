package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.NoRoomException;
import dev.daybook.eventlog.disk.Room;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A journal in files of one directory. An entry is written at once and forced before the next is begun, so
/// a crash can only harm the last one. The format, and why recovery cannot be fooled, is in the package's
/// description.
///
/// Opening verifies everything behind the checkpoint before it changes a byte. The opening thread replays;
/// then one thread appends, the checkpointer calls [#prepareAhead] and [#trim], and any thread asks
/// [#usedBytes]. After a failed write or force nothing can be appended: the process stops, and opening anew
/// finds out what is durable.
public final class FileJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

  private final JournalDirectory directory;
  private final JournalConfig config;
  private final JournalRecoveryReport recovery;
  private final EntryEncoder encoder = new EntryEncoder();
  private final int ownerEpoch;
  private final boolean leftCleanly;

  private List<ChainLink> toReplay;
  private JournalFile current;

  /// Read by the checkpointer, too.
  private volatile long nextSequence;

  private int previousCrc;

  /// Where files are missing behind the end, the next entry begins a new one behind them, so that nobody misses them again.
  private boolean leavesFile;

  /// The owner's epoch in the last entry.
  private int lastEpoch;

  /// Whether the file in use is not half full.
  private volatile boolean roomInCurrent;

  private Room room = Room.NONE;

  /// False from the moment an entry is begun until it is durable.
  private volatile boolean usable = true;

  private FileJournal(
      JournalDirectory directory,
      JournalConfig config,
      VerifiedChain chain,
      JournalRecoveryReport recovery,
      boolean leftCleanly) {
    this.leftCleanly = leftCleanly;
    this.directory = directory;
    this.config = config;
    this.recovery = recovery;
    this.ownerEpoch = chain.ownerEpoch() + 1;
    this.lastEpoch = chain.ownerEpoch();
    this.toReplay = chain.needed();
    this.current = chain.end().file();
    this.roomInCurrent = current.hasRoomFor(config.maxEntryBytes() / 2);
    this.nextSequence = chain.nextSequence();
    this.previousCrc = chain.previousCrc();
    this.leavesFile = chain.endsEarly();
  }

  /// Opens the journal in this directory, or begins one.
  ///
  /// @param checkpointSequence entries up to here are not needed any more; 0 when there is no checkpoint
  /// @throws JournalDamagedException when an owner appended that had been followed by another one
  public static FileJournal open(
      Disk disk, Path directory, JournalConfig config, long checkpointSequence) throws IOException {
    return open(disk, directory, config, checkpointSequence, new SecureRandom());
  }

  /// As above, with salts from a source that a test can repeat. They must not be guessable by who sends
  /// records.
  public static FileJournal open(
      Disk disk,
      Path directory,
      JournalConfig config,
      long checkpointSequence,
      RandomGenerator salts)
      throws IOException {
    JournalDirectory files = JournalDirectory.open(disk, directory, config, salts);
    try {
      boolean lacksNewestFile = files.lacksNewestFile();
      files.beginIfEmpty();
      Optional<CleanEnd> cleanEnd = CleanEnd.read(disk, directory);
      VerifiedChain chain =
          ChainVerifier.verify(files.files(), checkpointSequence, lacksNewestFile, cleanEnd);
      CleanEnd.remove(disk, directory);
      JournalRecoveryReport report = JournalRecovery.recover(files, chain, checkpointSequence);
      files.putIntoUse(chain.first(), chain.end().file());
      boolean begins = chain.nextSequence() == 1;
      boolean leftCleanly =
          begins || cleanEnd.filter(end -> end.nextSequence() == chain.nextSequence()).isPresent();
      return new FileJournal(files, config, chain, report, leftCleanly);
    } catch (Throwable failure) {
      files.close();
      throw failure;
    }
  }

  /// Begins the journal of a log that was restored: behind an entry that is there already, in the segments. It is written
  /// down, empty, so that the chain has a beginning.
  ///
  /// @param lastSequence the entry that the checkpoint names; 0 for none
  public static void beginBehind(
      Disk disk, Path directory, JournalConfig config, long lastSequence, RandomGenerator salts)
      throws IOException {
    JournalDirectory files = JournalDirectory.open(disk, directory, config, salts);
    try {
      files.beginIfEmpty();
      JournalFile first = files.takeNext().orElseThrow();
      if (first.number() != 1 || first.headerAt(JournalFile.FIRST_ENTRY) != null) {
        throw new IOException("There is a journal in " + directory + " already");
      }
      if (lastSequence > 0) {
        JournalEntry behind = new JournalEntry(lastSequence, List.of());
        first.append(lastSequence, new EntryEncoder().encode(behind, first.salt(), 1, 0), () -> {});
      }
    } finally {
      files.close();
    }
  }

  /// What opening found.
  public JournalRecoveryReport recovery() {
    return recovery;
  }

  @Override
  public boolean wasLeftCleanly() {
    return leftCleanly;
  }

  @Override
  public int tornTails() {
    return recovery.tornTail().isPresent() ? 1 : 0;
  }

  @Override
  public void replay(long fromSequence, EntryReader reader) throws IOException {
    if (fromSequence <= recovery.checkpointSequence()) {
      throw new IllegalArgumentException(
          "Entries up to %d are behind the checkpoint, cannot replay from %d"
              .formatted(recovery.checkpointSequence(), fromSequence));
    }
    for (ChainLink link : toReplay) {
      switch (link) {
        case ChainLink.Entry entry -> {
          if (entry.header().sequence() >= fromSequence) {
            replay(entry, reader);
          }
        }
        case ChainLink.Missing(long from, long to) ->
            reader.lost(new LostEntries(from, to, Optional.empty()));
      }
    }
    toReplay = List.of();
  }

  private static void replay(ChainLink.Entry entry, EntryReader reader) throws IOException {
    JournalFile file = entry.place().file();
    long position = entry.place().position();
    if (entry.whole()) {
      reader.read(file.read(entry.header(), position));
      return;
    }
    Salvage salvage = Salvage.of(entry.header(), file.body(entry.header(), position));
    LOG.error(
        "journal entry is damaged file={} atByte={} sequence={} goodItems={} missing=\"{}\"",
        file.path(),
        position,
        entry.header().sequence(),
        salvage.entry().items().size(),
        salvage.lost().map(LostEntries::toString).orElse("nothing"));
    reader.read(salvage.entry());
    if (salvage.lost().isPresent()) {
      reader.lost(salvage.lost().get());
    }
  }

  @Override
  public void append(JournalEntry entry, Runnable durable) throws IOException {
    append(entry, () -> {}, durable);
  }

  @Override
  public void append(JournalEntry entry, Runnable written, Runnable durable) throws IOException {
    long entryBytes = EntryEncoder.entryBytes(entry);
    check(entry, entryBytes);
    usable = false;
    while (leavesFile || !current.hasRoomFor(entryBytes)) {
      current = nextFile();
      leavesFile = false;
    }
    EntryEncoder.Encoded encoded = encoder.encode(entry, current.salt(), ownerEpoch, previousCrc);
    current.append(entry.sequence(), encoded, written);
    directory.added(entryBytes);
    previousCrc = encoded.crc();
    lastEpoch = ownerEpoch;
    roomInCurrent = current.hasRoomFor(config.maxEntryBytes() / 2);
    nextSequence = entry.sequence() + 1;
    usable = true;
    durable.run();
  }

  /// The entry is decided and can not be taken back: where there is no room for the file that it needs, it waits for what a
  /// checkpoint or somebody else gives up.
  ///
  /// @throws NoRoomException when it may not wait
  private JournalFile nextFile() throws IOException {
    Optional<JournalFile> next = takeNext();
    if (next.isPresent()) {
      return next.get();
    }
    while (next.isEmpty()) {
      if (directory.hasSpareFile() || room.giveWhole(directory.bytesToPrepare())) {
        next = takeNext();
      }
      if (next.isEmpty() && !room.mayWait()) {
        throw new NoRoomException(directory.noRoom(directory.bytesToPrepare()));
      }
      if (next.isEmpty()) {
        room.pause();
      }
    }
    room.helped();
    return next.get();
  }

  private Optional<JournalFile> takeNext() throws IOException {
    Optional<JournalFile> next = directory.takeNext();
    if (next.isEmpty()) {
      room.ranOut(directory.bytesToPrepare());
    }
    return next;
  }

  private void check(JournalEntry entry, long entryBytes) throws IOException {
    if (!usable) {
      throw new IOException(
          "The journal in %s failed to write an entry and takes no more: restart to recover"
              .formatted(directory.path()));
    }
    if (entry.sequence() != nextSequence) {
      throw new IllegalStateException(
          "The next entry is %d, not %d".formatted(nextSequence, entry.sequence()));
    }
    if (entryBytes > config.maxEntryBytes()) {
      throw new IllegalArgumentException(
          "An entry of %d bytes does not fit in a journal file of %d bytes: admit smaller requests or raise the file size"
              .formatted(entryBytes, config.fileBytes()));
    }
  }

  @Override
  public long lastForceNs() {
    return current.lastForceNs();
  }

  @Override
  public boolean isForcing() {
    return !usable;
  }

  @Override
  public long nextSequence() {
    return nextSequence;
  }

  /// Gives up whole files only; what they hold is written over by and by.
  @Override
  public void trim(long sequence) {
    directory.trim(sequence);
  }

  /// Whether the file in use takes it.
  @Override
  public boolean fits(long entryBytes) {
    return !leavesFile && current.hasRoomFor(JournalFile.padded(entryBytes));
  }

  /// Sees to it that the next file is ready when the present one is full.
  @Override
  public boolean prepareAhead() throws IOException {
    return directory.prepareAhead();
  }

  @Override
  public long bytesToPrepare() {
    return directory.bytesToPrepare();
  }

  @Override
  public boolean prepareSmall() throws IOException {
    return directory.prepareSmall();
  }

  @Override
  public long bytesToPrepareSmall() {
    return directory.bytesToPrepareSmall();
  }

  @Override
  public boolean hasRoomAhead() {
    return roomInCurrent || directory.hasSpareFile();
  }

  @Override
  public boolean takes(long batchBytes, long items) {
    return EntryEncoder.entryBytes(batchBytes, items) <= config.maxEntryBytes();
  }

  /// Takes effect where the next file has to be made while an entry waits for it.
  @Override
  public void asksForRoom(Room room) {
    this.room = room;
  }

  /// The last spare file goes only while the one in use is not half full.
  @Override
  public boolean giveUpSpareFile() throws IOException {
    return directory.giveUpSpare(roomInCurrent ? 0 : 1);
  }

  /// Counts whole files: a file's entries are given up together.
  @Override
  public long usedBytes() {
    return directory.usedBytes();
  }

  /// Leaves a marker, unless an append failed: then the next opening has to find out what is there.
  @Override
  public void endCleanly() {
    if (usable) {
      new CleanEnd(
              nextSequence, current.number(), current.salt(), current.end(), previousCrc, lastEpoch)
          .leave(directory.disk(), directory.path());
    }
  }

  @Override
  public void close() throws IOException {
    directory.close();
  }
}
