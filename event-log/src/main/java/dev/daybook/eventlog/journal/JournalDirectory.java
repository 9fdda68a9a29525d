package dev.daybook.eventlog.journal;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The journal's files: prepared ahead, in use, trimmed, and prepared again.
///
/// A file is prepared under the name `next.preparing` and gets its number as its name when its header is
/// durable, so a stop halfway leaves only a file that nobody reads. Numbers have no gaps, because the oldest
/// file leaves first.
///
/// The appending thread takes files, the checkpointer prepares and trims, and who finds the disk full has a spare one given
/// up. They meet in a lock, held while a file is prepared: the appender only comes when it needs that very file.
final class JournalDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(JournalDirectory.class);
  static final Pattern NAME = Pattern.compile("(\\d{10})\\.journal");
  private static final String PREPARING = "next.preparing";
  private static final int ZEROS_BYTES = 1 << 20;

  private final Disk disk;
  private final Path directory;
  private final JournalConfig config;
  private final RandomGenerator salts;

  private final Deque<JournalFile> trimmed = new ArrayDeque<>();
  private final Deque<JournalFile> inUse = new ArrayDeque<>();
  private final Deque<JournalFile> prepared = new ArrayDeque<>();
  private final AtomicLong usedBytes = new AtomicLong();
  private long lastNumber;
  private boolean unreadable;

  /// False from the moment a change is begun until it is known to have worked.
  private boolean usable = true;

  private JournalDirectory(Disk disk, Path directory, JournalConfig config, RandomGenerator salts) {
    this.disk = disk;
    this.directory = directory;
    this.config = config;
    this.salts = salts;
  }

  /// Opens the files there are. All count as prepared until [#putIntoUse] tells otherwise.
  static JournalDirectory open(
      Disk disk, Path directory, JournalConfig config, RandomGenerator salts) throws IOException {
    JournalDirectory opened = new JournalDirectory(disk, directory, config, salts);
    DurableFiles.createDirectories(disk, directory);
    disk.forceDirectory(directory);
    try {
      for (Path path : disk.list(directory)) {
        opened.openFile(path);
      }
      return opened;
    } catch (Throwable failure) {
      opened.close();
      throw failure;
    }
  }

  private void openFile(Path path) throws IOException {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()) {
      return;
    }
    long number = Long.parseLong(name.group(1));
    JournalFile opened = openNamed(path, number);
    if (opened == null) {
      LOG.error("journal file cannot be read, its entries are missing file={}", path);
      unreadable = true;
    } else {
      prepared.addLast(opened);
    }
    lastNumber = number;
  }

  private @Nullable JournalFile openNamed(Path path, long number) throws IOException {
    DiskFile file = disk.open(path);
    JournalFile opened = null;
    try {
      opened = JournalFile.open(file, path, number);
      return opened;
    } finally {
      if (opened == null) {
        file.close();
      }
    }
  }

  /// Prepares the first file of a new journal, or of one that is gone.
  ///
  /// @throws IOException also when there is no room for it
  synchronized void beginIfEmpty() throws IOException {
    long sizeBytes = sizeOf(lastNumber + 1);
    if (prepared.isEmpty() && !prepareIfRoom(sizeBytes)) {
      throw new IOException(noRoom(sizeBytes) + ": free some space, then start again");
    }
  }

  /// In words by which a full disk is known.
  String noRoom(long sizeBytes) {
    return "No space left on device: there is no room in %s for a file of the journal, %d bytes"
        .formatted(directory, sizeBytes);
  }

  /// Whether the newest file there was cannot be read. Where an older one cannot, its number is missing.
  boolean lacksNewestFile() {
    return unreadable && (prepared.isEmpty() || prepared.getLast().number() != lastNumber);
  }

  Disk disk() {
    return disk;
  }

  Path path() {
    return directory;
  }

  /// All files in the order of their numbers.
  synchronized List<JournalFile> files() {
    List<JournalFile> files = new ArrayList<>(trimmed);
    files.addAll(inUse);
    files.addAll(prepared);
    return files;
  }

  /// Sorts the files: those before `first` hold nothing worth keeping, those behind `last` nothing at all.
  synchronized void putIntoUse(JournalFile first, JournalFile last) {
    for (JournalFile file : files()) {
      if (file.number() <= last.number()) {
        prepared.removeFirst();
        (file.number() < first.number() ? trimmed : inUse).addLast(file);
      }
    }
    inUse.forEach(file -> usedBytes.addAndGet(file.entriesBytes()));
  }

  /// The next file to write to. Prepares it, if nobody did in time.
  ///
  /// @return empty where the disk is full: it may be asked for again
  synchronized Optional<JournalFile> takeNext() throws IOException {
    if (prepared.isEmpty() && !prepareIfRoom(sizeOf(lastNumber + 1))) {
      return Optional.empty();
    }
    JournalFile next = prepared.removeFirst();
    inUse.addLast(next);
    return Optional.of(next);
  }

  /// Sees to it that the appender finds a prepared file, unless the disk is full: then it may find one later.
  ///
  /// @return false where it found no room
  synchronized boolean prepareAhead() throws IOException {
    return !prepared.isEmpty() || prepareIfRoom(sizeOf(lastNumber + 1));
  }

  /// As [#prepareAhead], a small file.
  synchronized boolean prepareSmall() throws IOException {
    return !prepared.isEmpty() || prepareIfRoom(config.firstFileBytes());
  }

  private boolean prepareIfRoom(long sizeBytes) throws IOException {
    try {
      prepareOne(sizeBytes);
      return true;
    } catch (IOException e) {
      giveBack(e);
      return false;
    }
  }

  /// What a full disk did not take whole must not keep it full. Then another try is as good as the first one; but not after
  /// any other failure.
  private void giveBack(IOException failure) throws IOException {
    if (!DiskFull.isCauseOf(failure)) {
      throw failure;
    }
    LOG.warn("no room for the journal's next file in {}", directory);
    Path preparing = directory.resolve(PREPARING);
    if (disk.exists(preparing)) {
      disk.delete(preparing);
    }
    usable = true;
  }

  /// Gives up a file that holds nothing, if there are more than so many.
  ///
  /// @return whether there are fewer now
  synchronized boolean giveUpSpare(int kept) throws IOException {
    if (trimmed.size() + prepared.size() <= kept) {
      return false;
    }
    if (!trimmed.isEmpty()) {
      drop(trimmed.removeFirst());
      return true;
    }
    if (prepared.getLast().number() != lastNumber) {
      return false;
    }
    drop(prepared.removeLast());
    lastNumber--;
    return true;
  }

  private void drop(JournalFile file) throws IOException {
    LOG.warn("gave up a spare file of the journal file={}", file.path());
    file.close();
    DurableFiles.delete(disk, file.path());
  }

  /// Bytes of the file that would have to be made, where none is prepared and none can be used again.
  synchronized long bytesToPrepare() {
    return bytesToPrepare(sizeOf(lastNumber + 1));
  }

  /// As [#bytesToPrepare], of a small file.
  synchronized long bytesToPrepareSmall() {
    return bytesToPrepare(config.firstFileBytes());
  }

  private long bytesToPrepare(long sizeBytes) {
    boolean recycles =
        trimmed.stream()
            .anyMatch(file -> file.sizeBytes() == sizeBytes && file.lastUnreadable().isEmpty());
    return prepared.isEmpty() && !recycles ? sizeBytes : 0;
  }

  synchronized boolean hasSpareFile() {
    return !prepared.isEmpty() || bytesToPrepare() == 0;
  }

  private long sizeOf(long number) {
    return number == 1 ? config.firstFileBytes() : config.fileBytes();
  }

  /// Gives up the files that hold only entries up to `sequence`: those behind which a file begins at
  /// or before the next entry. So the newest entry always stays, and tells where the journal stands.
  synchronized void trim(long sequence) {
    while (inUse.stream().skip(1).anyMatch(file -> beginsBy(file, sequence + 1))) {
      JournalFile file = inUse.removeFirst();
      usedBytes.addAndGet(-file.entriesBytes());
      trimmed.addLast(file);
    }
  }

  private static boolean beginsBy(JournalFile file, long sequence) {
    return file.firstSequence() != 0 && file.firstSequence() <= sequence;
  }

  void added(long entryBytes) {
    usedBytes.addAndGet(entryBytes);
  }

  long usedBytes() {
    return usedBytes.get();
  }

  synchronized void close() throws IOException {
    for (JournalFile file : files()) {
      file.close();
    }
  }

  private void prepareOne(long sizeBytes) throws IOException {
    if (!usable) {
      throw new IOException(
          "Preparing a file in " + directory + " failed before: restart to recover");
    }
    usable = false;
    long number = lastNumber + 1;
    Path preparing = directory.resolve(PREPARING);
    try (DiskFile file =
        recycle(preparing, sizeBytes) ? disk.open(preparing) : writeZeros(preparing, sizeBytes)) {
      file.write(0, JournalFile.headerBlock(number, salts.nextLong(), sizeBytes));
      file.force();
    }
    DurableFiles.rename(disk, preparing, pathOf(number));
    prepared.addLast(Objects.requireNonNull(openNamed(pathOf(number), number)));
    lastNumber = number;
    usable = true;
  }

  /// Takes the oldest trimmed file of that size; smaller and larger ones, left by other settings or by a full disk, go, and so
  /// does one of which the disk does not give all: behind the next entries that would keep the journal from being opened.
  private boolean recycle(Path preparing, long sizeBytes) throws IOException {
    while (!trimmed.isEmpty()) {
      JournalFile oldest = trimmed.getFirst();
      boolean fits = oldest.sizeBytes() == sizeBytes && oldest.lastUnreadable().isEmpty();
      if (fits) {
        DurableFiles.rename(disk, oldest.path(), preparing);
      } else {
        DurableFiles.delete(disk, oldest.path());
      }
      trimmed.removeFirst().close();
      if (fits) {
        return true;
      }
    }
    return false;
  }

  /// A new file with every block written: blocks merely reserved would make each later force a commit
  /// of the file system's own journal.
  private DiskFile writeZeros(Path preparing, long sizeBytes) throws IOException {
    if (disk.exists(preparing)) {
      DurableFiles.delete(disk, preparing);
    }
    DiskFile file = DurableFiles.create(disk, preparing);
    try {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, sizeBytes));
      for (long at = 0; at < sizeBytes; at += zeros.capacity()) {
        file.writeRun(at, zeros.clear().limit((int) Math.min(zeros.capacity(), sizeBytes - at)));
      }
      file.force();
      return file;
    } catch (Throwable failure) {
      // While it is open, its blocks stay taken, also without a name.
      file.close();
      throw failure;
    }
  }

  private Path pathOf(long number) {
    return directory.resolve("%010d.journal".formatted(number));
  }
}
