package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import java.io.IOException;
import java.lang.ref.SoftReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// The index of what a segment held before this process, or of a sealed one: read from its files when somebody first
/// asks, completed from the segment where they end, or made anew from it when they are missing or damaged. A sealed
/// segment's index is dropped again when memory is short.
///
/// Any thread; who comes while another one reads waits for it.
final class StoredIndex {
  private static final Logger LOG = LoggerFactory.getLogger(StoredIndex.class);

  private final SegmentFile file;
  private final IndexFiles indexFiles;
  private final Place start;
  private final Place end;
  private final boolean sealed;
  private boolean renewed;
  private boolean passedDamage;
  private volatile @Nullable SegmentIndex kept;
  private volatile SoftReference<SegmentIndex> dropped = new SoftReference<>(null);

  /// @param end of the bytes that the index is to describe
  /// @param sealed whether these are the segment's last bytes
  StoredIndex(SegmentFile file, IndexFiles indexFiles, long baseOffset, Place end, boolean sealed) {
    this.file = file;
    this.indexFiles = indexFiles;
    this.start = new Place(baseOffset, 0);
    this.end = end;
    this.sealed = sealed;
  }

  Place start() {
    return start;
  }

  /// Of the segment.
  long baseOffset() {
    return start.offset();
  }

  Place end() {
    return end;
  }

  /// The index. Where the segment is damaged it leads past the damage.
  synchronized SegmentIndex get() throws IOException {
    SegmentIndex index = peek();
    if (index == null) {
      index = load();
      keep(index);
    }
    return index;
  }

  /// The index if it is in memory. Waits for nobody.
  @Nullable SegmentIndex peek() {
    SegmentIndex index = kept;
    return index != null ? index : dropped.get();
  }

  /// Whether the index, when it was made, had to leave damaged batches out. Such an index is not kept.
  synchronized boolean passedDamage() {
    return passedDamage;
  }

  boolean isComplete(SegmentIndex index) {
    return index.end().equals(end);
  }

  /// Makes the index anew from the segment, once, because it led to no batch.
  ///
  /// @return whether there is another index now
  synchronized boolean renew() throws IOException {
    if (renewed) {
      return false;
    }
    renewed = true;
    SegmentIndex anew = complete(SegmentIndex.empty(start.offset(), start));
    if (!isComplete(anew)) {
      return false;
    }
    keep(anew);
    return true;
  }

  private SegmentIndex load() throws IOException {
    SegmentIndex none = SegmentIndex.empty(start.offset(), start);
    if (end.equals(start)) {
      return none;
    }
    SegmentIndex index = indexFiles.read(end.position()).orElse(none);
    return isComplete(index) ? index : complete(index);
  }

  private void keep(SegmentIndex index) {
    dropped = new SoftReference<>(index);
    kept = sealed ? null : index;
  }

  /// Who asks for what lies between is told when he reads it; the index leads to what follows.
  private SegmentIndex passDamage(SegmentIndex index, Place next) {
    passedDamage = true;
    LOG.warn(
        "index passes damage file={} fromByte={} toByte={}",
        file.path(),
        index.end().position(),
        next.position());
    return index.continuedAt(next);
  }

  private SegmentIndex complete(SegmentIndex begun) throws IOException {
    // A growing segment's index is kept now and then only; a sealed one's is missed when it is
    // gone.
    LOG.atLevel(sealed ? Level.INFO : Level.DEBUG)
        .log(
            "index rebuilt file={} fromByte={} toByte={}",
            file.path(),
            begun.end().position(),
            end.position());
    SegmentIndex index = begun;
    DiskFile held = file.hold();
    try {
      BatchCursor cursor = file.cursor(held, index.end(), end, BatchCursor.LONG_WALK_BYTES);
      while (cursor.nextReadable()) {
        if (!cursor.place().equals(index.end())) {
          index = passDamage(index, cursor.place());
        }
        index = index.with(cursor.header(), SegmentPolicy.DEFAULT.indexIntervalBytes());
      }
      if (!isComplete(index)) {
        index = passDamage(index, end);
      }
    } finally {
      file.release();
    }
    if (sealed && !passedDamage) {
      indexFiles.write(index);
    }
    return index;
  }
}
