package dev.daybook.connectors.file;

import dev.daybook.connectors.file.SourceFolder.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All files being followed, in the order in which they are to be read: what was rotated away before what came after.
/// Owned by the task's thread.
///
/// A file is known by inode, creation time and first bytes. It is followed through renames until it was quiet for a
/// while. When it is truncated, the rest of what it held is looked for in a copy beside it, which is then read first.
final class TailedFiles implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(TailedFiles.class);

  private final SourceFolder folder;
  private final Function<String, @Nullable Stored> offsets;
  private final int maxLineBytes;
  private final long rotatedWaitNanos;
  private final boolean startAtEnd;
  private final List<TailedFile> files = new ArrayList<>();
  private final Map<String, TailedFile> finished = new HashMap<>();
  private final Set<String> deleted = new HashSet<>();
  private boolean scanned;

  /// Where a former run stood in a file.
  record Stored(long position, Fingerprint fingerprint, long createdMs) {
    static @Nullable Stored of(@Nullable Map<String, Object> offset) {
      return offset == null || !(offset.get("position") instanceof Number position)
          ? null
          : new Stored(
              position.longValue(),
              Fingerprint.parse(String.valueOf(offset.get("fingerprint"))),
              offset.get("created") instanceof Number created ? created.longValue() : -1);
    }

    /// The same inode, and not a younger file that got its number.
    boolean isOf(Entry entry) {
      return createdMs < 0 || entry.createdMs() < 0 || createdMs == entry.createdMs();
    }
  }

  TailedFiles(
      SourceFolder folder, FileSourceConfig config, Function<String, @Nullable Stored> offsets) {
    this.folder = folder;
    this.offsets = offsets;
    this.maxLineBytes = config.getInt(FileSourceConfig.MAX_LINE_BYTES);
    this.rotatedWaitNanos =
        TimeUnit.MILLISECONDS.toNanos(config.getInt(FileSourceConfig.ROTATED_WAIT_MS));
    this.startAtEnd = config.getString(FileSourceConfig.START_AT).equals("end");
  }

  List<TailedFile> inOrder() {
    return List.copyOf(files);
  }

  /// Looks at the folder: what was renamed, deleted, truncated, and what is new.
  void scan() throws IOException {
    List<Entry> entries = folder.list();
    Map<String, Entry> present = new HashMap<>();
    entries.forEach(entry -> present.put(entry.inode(), entry));
    forgetDeleted(present);
    wakeGrown(present);
    for (TailedFile file : inOrder()) {
      Entry entry = present.get(file.inode);
      if (entry == null) {
        file.gone();
      } else {
        file.seenAs(entry.name(), entry.matches());
      }
      if (file.isTruncated()) {
        adoptCopy(file.fingerprint(), file.position(), file.name(), entries, files.indexOf(file));
        file.restart();
      }
    }
    for (Entry entry : entries) {
      if (!isFollowed(entry)) {
        discover(entry, entries);
      }
    }
    scanned = true;
  }

  private void forgetDeleted(Map<String, Entry> present) throws IOException {
    for (TailedFile file : List.copyOf(finished.values())) {
      if (!present.containsKey(file.inode)) {
        finished.remove(file.inode);
        deleted.add(file.inode);
        file.close();
      }
    }
  }

  /// A writer may hold a renamed file open for longer than we waited.
  private void wakeGrown(Map<String, Entry> present) {
    for (TailedFile file : List.copyOf(finished.values())) {
      Entry entry = present.get(file.inode);
      if (entry != null && entry.size() != file.position()) {
        finished.remove(file.inode);
        files.add(file);
      }
    }
  }

  private boolean isFollowed(Entry entry) {
    return find(entry.inode()) != null || finished.containsKey(entry.inode());
  }

  private @Nullable TailedFile find(String inode) {
    return files.stream().filter(file -> file.inode.equals(inode)).findFirst().orElse(null);
  }

  /// A file we do not follow: new, or one a former run was reading, perhaps under another name.
  private void discover(Entry entry, List<Entry> entries) throws IOException {
    // An inode of a deleted file that is here again is a new file, whatever a former run stored.
    boolean reused = deleted.remove(entry.inode());
    Stored stored = reused || (!entry.matches() && scanned) ? null : offsets.apply(entry.inode());
    if (stored != null && stored.isOf(entry)) {
      resume(entry, stored, entries);
    } else if (entry.matches()) {
      follow(entry, startAtEnd && !scanned ? entry.size() : 0, files.size());
    }
  }

  private void resume(Entry entry, Stored stored, List<Entry> entries) throws IOException {
    if (continues(entry, stored.fingerprint(), stored.position())) {
      follow(entry, stored.position(), files.size());
    } else if (entry.matches()) {
      adoptCopy(stored.fingerprint(), stored.position(), entry.name(), entries, files.size());
      follow(entry, 0, files.size());
    }
  }

  /// Whether the file begins with these bytes and reaches that far.
  private boolean continues(Entry entry, Fingerprint fingerprint, long position)
      throws IOException {
    try (FileChannel channel = folder.open(entry)) {
      return channel != null && channel.size() >= position && fingerprint.matches(channel);
    }
  }

  /// Log rotation that copies and truncates leaves what we had not read yet in the copy.
  private void adoptCopy(
      Fingerprint head, long position, String name, List<Entry> entries, int index)
      throws IOException {
    for (Entry entry : entries.reversed()) {
      if (!entry.matches()
          && head.length() > 0
          && !isFollowed(entry)
          && continues(entry, head, position)) {
        Stored stored = offsets.apply(entry.inode());
        boolean begun = stored != null && stored.isOf(entry);
        follow(
            entry,
            begun && stored != null ? Math.max(stored.position(), position) : position,
            index);
        return;
      }
    }
    LOG.warn(
        "file was truncated and no copy of it is beside it file={} position={}", name, position);
  }

  private void follow(Entry entry, long position, int index) throws IOException {
    FileChannel channel = folder.open(entry);
    if (channel == null) {
      return; // Renamed or deleted in this moment; the next scan sees it.
    }
    TailedFile file = new TailedFile(entry, channel, position, maxLineBytes);
    file.seenAs(entry.name(), entry.matches());
    files.add(index, file);
    LOG.info("following file={} inode={} position={}", entry.name(), entry.inode(), position);
  }

  /// Whether nothing more can come: renamed or deleted, read to the end, and quiet for long enough.
  boolean isFinished(TailedFile file) {
    return file.isRotated() && !file.isTruncated() && file.isQuietFor(rotatedWaitNanos);
  }

  /// Keeps a finished file out of the way as long as it is in the folder.
  void finish(TailedFile file) {
    files.remove(file);
    finished.put(file.inode, file);
    LOG.info("finished file={} inode={}", file.name(), file.inode);
  }

  @Override
  public void close() throws IOException {
    for (TailedFile file : files) {
      file.close();
    }
    for (TailedFile file : finished.values()) {
      file.close();
    }
  }
}
