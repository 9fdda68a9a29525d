package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.DiskFile;
import dev.daybook.eventlog.record.RecordBatch;
import java.io.IOException;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one segment tells of transactions. What was in it when it was opened, its *head*, is read from the file of a
/// sealed one when somebody first asks, or by a walk through the segment; what came later is in memory until the
/// segment is sealed and forced.
///
/// The segment writer adds and seals, the checkpointer keeps, any thread asks.
final class SegmentTransactions {
  private static final Logger LOG = LoggerFactory.getLogger(SegmentTransactions.class);

  private final SegmentFile segment;
  private final TransactionFile file;
  private final Place start;
  private final ConcurrentNavigableMap<Long, AbortedTransaction> late =
      new ConcurrentSkipListMap<>();

  /// How far the head goes.
  private Place headEnd;

  /// Whether the head is all of a sealed segment, so that there may be a file of it.
  private boolean headIsAll;

  private @Nullable TransactionIndex kept;
  private SoftReference<TransactionIndex> dropped = new SoftReference<>(null);
  private @Nullable Map<Long, Long> openAtEnd;

  /// @param end of what is there already
  /// @param sealed whether that is all
  SegmentTransactions(
      SegmentFile segment, TransactionFile file, long baseOffset, Place end, boolean sealed) {
    this.segment = segment;
    this.file = file;
    this.start = new Place(baseOffset, 0);
    this.headEnd = end;
    this.headIsAll = sealed;
  }

  /// A marker is about to stand in the segment. The segment writer's.
  void add(AbortedTransaction aborted) {
    late.put(aborted.lastOffset(), aborted);
  }

  /// Nothing will be added any more. The segment writer's.
  synchronized void seal(Map<Long, Long> open) {
    openAtEnd = open;
  }

  /// Keeps what a sealed segment tells in its file. Where it had a head, a walk will tell, when somebody asks. The checkpointer's.
  synchronized void keep(Place end) throws IOException {
    if (openAtEnd == null || !headEnd.equals(start)) {
      file.delete();
      return;
    }
    TransactionIndex all = new TransactionIndex(List.copyOf(late.values()), openAtEnd);
    file.write(all, end.offset());
    dropped = new SoftReference<>(all);
    headEnd = end;
    headIsAll = true;
    openAtEnd = null;
    late.clear();
  }

  /// The transactions that are open behind a sealed segment, if that is known without a walk.
  synchronized Optional<Map<Long, Long>> openAtEnd() {
    return openAtEnd != null ? Optional.of(openAtEnd) : known().map(TransactionIndex::open);
  }

  /// What the head tells; empty when a walk must find that out.
  synchronized Optional<TransactionIndex> head() {
    return known();
  }

  /// What the head tells, by a walk unless that is known by now.
  ///
  /// @param open before the segment
  synchronized TransactionIndex walk(Map<Long, Long> open) throws IOException {
    Optional<TransactionIndex> known = known();
    if (known.isPresent()) {
      return known.get();
    }
    TransactionIndex walked = walkHead(open);
    if (headIsAll) {
      file.write(walked, headEnd.offset());
      dropped = new SoftReference<>(walked);
    } else {
      kept = walked;
    }
    return walked;
  }

  /// Those that came later than the head, by their markers. To be asked before the head, which may take them over.
  NavigableMap<Long, AbortedTransaction> late() {
    return new TreeMap<>(late);
  }

  private Optional<TransactionIndex> known() {
    if (headEnd.equals(start)) {
      return Optional.of(TransactionIndex.EMPTY);
    }
    TransactionIndex index = kept != null ? kept : dropped.get();
    if (index == null && headIsAll) {
      index = file.read(headEnd.offset()).orElse(null);
      dropped = new SoftReference<>(index);
    }
    return Optional.ofNullable(index);
  }

  private TransactionIndex walkHead(Map<Long, Long> open) throws IOException {
    LOG.debug("transactions looked up in file={}", segment.path());
    OpenTransactions walked = new OpenTransactions(open);
    List<AbortedTransaction> aborted = new ArrayList<>();
    DiskFile held = segment.hold();
    try {
      BatchCursor cursor = segment.cursor(held, start, headEnd, BatchCursor.LONG_WALK_BYTES);
      while (cursor.nextReadable()) {
        RecordBatch header = cursor.header();
        if (!header.isControl()) {
          walked.follow(header);
        } else if (cursor.isWhole()) {
          walked.follow(cursor.batch()).ifPresent(aborted::add);
        }
      }
    } finally {
      segment.release();
    }
    return new TransactionIndex(aborted, walked.firstOffsets());
  }
}
