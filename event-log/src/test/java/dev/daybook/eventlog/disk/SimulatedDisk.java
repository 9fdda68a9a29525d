package dev.daybook.eventlog.disk;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk in memory that keeps only what was forced, and does what disks do at the worst moment.
///
/// - **Bytes** are durable sector by sector (512 bytes) when their file was forced; **names** when their
///   directory was. A power cut keeps a random part of the rest: torn, reordered, or nothing.
/// - Every **change** is counted: create, rename, delete, write, truncate, force. [#cutPowerAt] stops the machine
///   in front of one of them: it throws [PowerCut], and so does all that follows. [#afterPowerCut] is then the
///   disk as the next boot finds it, [#afterKill] as the next process finds it when only the former one died.
/// - [#failAt] makes the n-th operation of a kind fail once, [#cutPowerAfterFailure] stops who goes on after that. A failed force leaves the cache clean and the disk
///   without part of the bytes, as Linux does. [#limitBytes] fills the disk up, [#limitFiles] leaves it no inodes. [#flipBit] lets bits rot, [#spoil] sectors.
///
/// Everything random follows from the seed, so one thread that does the same gets the same. Any thread may
/// call.
public final class SimulatedDisk implements Disk {
  /// Kinds of operations that can be made to fail.
  public enum Operation {
    CREATE,
    OPEN,
    RENAME,
    DELETE,
    CREATE_DIRECTORY,
    FORCE_DIRECTORY,
    READ,
    WRITE,
    TRUNCATE,
    FORCE
  }

  private final long seed;
  private final RandomGenerator random;
  private final RandomGenerator fresh;
  private final SimulatedDirectory root;
  private final List<NameChange> unforcedNames;
  private final Map<Operation, Integer> failuresAhead = new EnumMap<>(Operation.class);
  private long freeBytes;
  private long freeFiles;
  private long claimedBytes = -1;
  private long changes;
  private long bytesRead;
  private int openFiles;
  private long cutAt = -1;
  private long cutBehindFailure;
  private boolean stopped;
  private long cachedFrom;
  private long cachedTo;
  private long coldBytesRead;
  private long earlyBytes;

  public SimulatedDisk(long seed) {
    this(
        seed,
        new SplittableRandom(seed),
        new SplittableRandom(~seed),
        new SimulatedDirectory(),
        new ArrayList<>(),
        1L << 50,
        1L << 50);
  }

  private SimulatedDisk(
      long seed,
      RandomGenerator random,
      RandomGenerator fresh,
      SimulatedDirectory root,
      List<NameChange> unforcedNames,
      long freeBytes,
      long freeFiles) {
    this.seed = seed;
    this.random = random;
    this.fresh = fresh;
    this.root = root;
    this.unforcedNames = unforcedNames;
    this.freeBytes = freeBytes;
    this.freeFiles = freeFiles;
  }

  // ---- What a test does to the disk.

  /// Stops the machine in front of that change, counted from 1 over the life of this object.
  public synchronized void cutPowerAt(long change) {
    cutAt = change;
  }

  /// Makes the n-th operation of that kind from now on fail, counted from 1; later ones succeed again.
  public synchronized void failAt(Operation operation, int nth) {
    failuresAhead.put(operation, nth);
  }

  /// Stops the machine so many changes after the next failure, if it goes on after that at all.
  public synchronized void cutPowerAfterFailure(long changesLater) {
    cutBehindFailure = changesLater;
  }

  /// Whether the failure that was asked for has not come yet.
  public synchronized boolean failureIsAhead(Operation operation) {
    return failuresAhead.getOrDefault(operation, 0) > 0;
  }

  /// Lets files grow by that many bytes in all; deleted and truncated bytes count back.
  public synchronized void limitBytes(long bytes) {
    freeBytes = bytes;
  }

  /// Lets so many more files and directories come into being; deleted ones count back.
  public synchronized void limitFiles(long files) {
    freeFiles = files;
  }

  /// Makes the disk say that so many bytes are free, whatever is true; the truth again for -1.
  public synchronized void claimBytes(long bytes) {
    claimedBytes = bytes;
  }

  /// Flips one bit of a file, on the disk and in the cache.
  public synchronized void flipBit(Path file, long position, int bit) throws IOException {
    fileAt(file).flipBit((int) position, bit);
  }

  /// Lets every read of one of these bytes of a file fail, as of a sector that the disk does not give any more.
  public synchronized void spoil(Path file, long from, long to) throws IOException {
    fileAt(file).spoil((int) from, (int) to);
  }

  /// Says of all bytes that they lie in the system's cache, or, as at the beginning, that they do not.
  public synchronized void keepInCache(boolean keep) {
    keepInCacheUpTo(keep ? Long.MAX_VALUE : 0);
  }

  /// Says that in each file the bytes before `position` lie in the system's cache, and no others.
  public synchronized void keepInCacheUpTo(long position) {
    keepInCache(0, position);
  }

  /// Says that in each file these bytes lie in the system's cache, and no others.
  public synchronized void keepInCache(long from, long to) {
    cachedFrom = from;
    cachedTo = to;
  }

  /// Whether all these bytes lie in the system's cache.
  synchronized boolean keepsInCache(long from, long to) {
    return cachedFrom <= from && to <= cachedTo;
  }

  /// Bytes that were to be brought to the disk before their force.
  public synchronized long earlyBytes() {
    return earlyBytes;
  }

  synchronized void begunEarly(long length) {
    earlyBytes += length;
  }

  /// Of the bytes that were read, those that did not lie in the system's cache.
  public synchronized long coldBytesRead() {
    return coldBytesRead;
  }

  /// Bytes read so far, over the life of this object.
  public synchronized long bytesRead() {
    return bytesRead;
  }

  /// Files that were opened and not closed again, whether they still have a name or not.
  public synchronized int openFiles() {
    return openFiles;
  }

  void opened(int more) {
    openFiles += more;
  }

  /// Changes so far.
  public synchronized long changes() {
    return changes;
  }

  /// The disk after the machine stopped and booted again. This object is dead from now on.
  public synchronized SimulatedDisk afterPowerCut() {
    stopped = true;
    keepSomeNames();
    cutPower(root);
    return new SimulatedDisk(seed, random, fresh, root, new ArrayList<>(), freeBytes, freeFiles);
  }

  /// The disk as another process finds it when this one was killed: the system's cache lives on. This object
  /// is dead from now on.
  public synchronized SimulatedDisk afterKill() {
    stopped = true;
    return new SimulatedDisk(seed, random, fresh, root, unforcedNames, freeBytes, freeFiles);
  }

  /// A number that follows from the seed and is new in each life: for ids that must never be given twice. What the disk does
  /// to bytes and names does not depend on how many were asked for.
  public synchronized long freshNumber() {
    return fresh.nextLong();
  }

  /// The bytes of every file, as a running process sees them.
  public synchronized Map<Path, byte[]> contents() {
    Map<Path, byte[]> contents = new TreeMap<>();
    collect(root, Path.of("/"), contents);
    return contents;
  }

  @Override
  public String toString() {
    return "SimulatedDisk seed=" + seed + " changes=" + changes;
  }

  private void keepSomeNames() {
    boolean inOrder = random.nextBoolean();
    int kept = random.nextInt(unforcedNames.size() + 1);
    List<NameChange> lost = new ArrayList<>();
    for (int index = 0; index < unforcedNames.size(); index++) {
      NameChange change = unforcedNames.get(index);
      boolean keep = inOrder ? index < kept : random.nextBoolean();
      if (keep && lost.stream().noneMatch(change::overlaps)) {
        change.makeDurable();
      } else {
        lost.add(change);
      }
    }
  }

  private void cutPower(SimulatedDirectory directory) {
    directory.forgetTheRest();
    for (SimulatedNode node : directory.names.values()) {
      switch (node) {
        case SectorFile file -> file.cutPower(random);
        case SimulatedDirectory child -> cutPower(child);
      }
    }
  }

  private static void collect(SimulatedDirectory directory, Path path, Map<Path, byte[]> contents) {
    directory.names.forEach(
        (name, node) -> {
          switch (node) {
            case SectorFile file -> contents.put(path.resolve(name), file.content());
            case SimulatedDirectory child -> collect(child, path.resolve(name), contents);
          }
        });
  }

  // ---- What the code under test does with it.

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    beginChange(Operation.CREATE, file);
    SimulatedDirectory directory = parentOf(file);
    if (directory.names.containsKey(nameOf(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    takeFile(file);
    SectorFile created = new SectorFile();
    unforcedNames.add(new NameChange().set(directory, nameOf(file), created));
    return new SimulatedFile(this, file, created);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    begin(Operation.OPEN, file);
    return new SimulatedFile(this, file, fileAt(file));
  }

  @Override
  public synchronized boolean link(Path file, Path secondName) throws IOException {
    beginChange(Operation.CREATE, secondName);
    SectorFile linked = fileAt(file);
    SimulatedDirectory directory = parentOf(secondName);
    if (directory.names.containsKey(nameOf(secondName))) {
      throw new FileAlreadyExistsException(secondName.toString());
    }
    linked.names++;
    unforcedNames.add(new NameChange().set(directory, nameOf(secondName), linked));
    return true;
  }

  @Override
  public synchronized boolean exists(Path path) {
    requireRunning();
    return find(path) != null;
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    requireRunning();
    return find(path) instanceof SimulatedDirectory;
  }

  @Override
  public synchronized List<Path> list(Path directory) {
    requireRunning();
    return find(directory) instanceof SimulatedDirectory found
        ? found.names.keySet().stream().map(directory::resolve).toList()
        : List.of();
  }

  @Override
  public synchronized void createDirectories(Path directory) throws IOException {
    beginChange(Operation.CREATE_DIRECTORY, directory);
    SimulatedDirectory at = root;
    for (Path name : directory) {
      SimulatedNode next = at.names.get(name.toString());
      if (next == null) {
        takeFile(directory);
        next = new SimulatedDirectory();
        unforcedNames.add(new NameChange().set(at, name.toString(), next));
      }
      if (!(next instanceof SimulatedDirectory child)) {
        throw new FileAlreadyExistsException(directory.toString());
      }
      at = child;
    }
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    beginChange(Operation.RENAME, from);
    SimulatedNode node = require(from);
    SimulatedDirectory target = parentOf(to);
    switch (target.names.get(nameOf(to))) {
      case null -> {}
      case SectorFile replaced -> {
        freeBytes += replaced.size();
        freeFiles++;
      }
      case SimulatedDirectory _ -> throw new DirectoryNotEmptyException(to.toString());
    }
    unforcedNames.add(
        new NameChange().set(parentOf(from), nameOf(from), null).set(target, nameOf(to), node));
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    beginChange(Operation.DELETE, path);
    switch (require(path)) {
      case SectorFile file -> {
        file.names--;
        freeBytes += file.names == 0 ? file.size() : 0;
        freeFiles += file.names == 0 ? 1 : 0;
      }
      case SimulatedDirectory directory -> {
        if (!directory.names.isEmpty()) {
          throw new DirectoryNotEmptyException(path.toString());
        }
        freeFiles++;
      }
    }
    unforcedNames.add(new NameChange().set(parentOf(path), nameOf(path), null));
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    beginChange(Operation.FORCE_DIRECTORY, directory);
    if (!(require(directory) instanceof SimulatedDirectory forced)) {
      throw new IOException(directory + " is not a directory");
    }
    for (NameChange change : List.copyOf(unforcedNames)) {
      if (change.touches(forced)) {
        change.makeDurable();
        unforcedNames.remove(change);
      }
    }
  }

  @Override
  public synchronized long usableBytes(Path path) {
    requireRunning();
    return claimedBytes < 0 ? freeBytes : claimedBytes;
  }

  @Override
  public long totalBytes(Path path) {
    return 1L << 50;
  }

  // ---- What its files ask.

  RandomGenerator random() {
    return random;
  }

  void requireRunning() {
    if (stopped) {
      throw new PowerCut();
    }
  }

  /// Counts a change that is about to happen.
  void beginChange(Operation operation, Path path) throws IOException {
    requireRunning();
    changes++;
    if (changes == cutAt) {
      stopped = true;
      throw new PowerCut();
    }
    begin(operation, path);
  }

  void begin(Operation operation, Path path) throws IOException {
    requireRunning();
    int ahead = failuresAhead.merge(operation, -1, Integer::sum);
    if (ahead == 0) {
      if (cutBehindFailure > 0) {
        cutAt = changes + cutBehindFailure;
      }
      IOException failure =
          new IOException("Simulated input/output error: " + operation + " " + path);
      boolean forcing = operation == Operation.FORCE || operation == Operation.FORCE_DIRECTORY;
      throw forcing ? new ForceFailedException(path, failure) : failure;
    }
  }

  /// Takes room for a file that grows.
  ///
  /// @return how many of the bytes there is room for
  int take(int bytes) {
    int taken = (int) Math.min(bytes, freeBytes);
    freeBytes -= taken;
    return taken;
  }

  private void takeFile(Path path) throws IOException {
    if (freeFiles <= 0) {
      throw new IOException("No space left on device: " + path);
    }
    freeFiles--;
  }

  void wasRead(long position, int bytes) {
    bytesRead += bytes;
    coldBytesRead += Math.clamp(position + bytes - cachedTo, 0, bytes);
  }

  void giveBack(int bytes) {
    freeBytes += bytes;
  }

  private SectorFile fileAt(Path file) throws IOException {
    if (require(file) instanceof SectorFile found) {
      return found;
    }
    throw new IOException(file + " is a directory");
  }

  private SimulatedNode require(Path path) throws NoSuchFileException {
    SimulatedNode node = find(path);
    if (node == null) {
      throw new NoSuchFileException(path.toString());
    }
    return node;
  }

  private SimulatedDirectory parentOf(Path path) throws NoSuchFileException {
    Path parent = path.getParent();
    if (parent != null && find(parent) instanceof SimulatedDirectory directory) {
      return directory;
    }
    throw new NoSuchFileException(String.valueOf(parent));
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }

  private @Nullable SimulatedNode find(Path path) {
    SimulatedNode at = root;
    for (Path name : path) {
      if (!(at instanceof SimulatedDirectory directory)) {
        return null;
      }
      at = directory.names.get(name.toString());
    }
    return at;
  }
}
