package dev.daybook.eventlog.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/// Looks for aborted transactions in a log's segments.
///
/// @param segments that follow each other, the last one growing
/// @param toTheEnd whether an end may stand behind all that the segments' indexes know of: a transaction whose marker was
///     lost ends a second time
record AbortedSearch(List<Segment> segments, boolean toTheEnd) {

  /// Those with records from `fromOffset` to `toOffset`, in the order of their markers.
  ///
  /// @param first the index of the segment that holds `fromOffset`
  List<AbortedTransaction> find(int first, long fromOffset, long toOffset) throws IOException {
    List<AbortedTransaction> found = new ArrayList<>();
    for (int i = first; i < segments.size(); i++) {
      for (AbortedTransaction transaction : abortedIn(i)) {
        if (transaction.concerns(fromOffset, toOffset)) {
          found.add(transaction);
        }
        if (!toTheEnd
            && transaction.lastOffset() >= fromOffset
            && transaction.lastStableOffset() >= toOffset) {
          return found;
        }
      }
      if (!toTheEnd && noneIsOpenBelow(toOffset, i)) {
        return found;
      }
    }
    return found;
  }

  /// Whether no transaction that begins below `toOffset` goes on behind this segment.
  private boolean noneIsOpenBelow(long toOffset, int index) {
    return segments.get(index).nextOffset() >= toOffset
        && segments
            .get(index)
            .transactions()
            .openAtEnd()
            .filter(open -> open.values().stream().noneMatch(offset -> offset < toOffset))
            .isPresent();
  }

  private Collection<AbortedTransaction> abortedIn(int index) throws IOException {
    SegmentTransactions transactions = segments.get(index).transactions();
    NavigableMap<Long, AbortedTransaction> all = transactions.late();
    Optional<TransactionIndex> known = transactions.head();
    TransactionIndex head = known.isPresent() ? known.get() : transactions.walk(openBefore(index));
    if (all.isEmpty()) {
      return head.aborted();
    }
    head.aborted().forEach(aborted -> all.put(aborted.lastOffset(), aborted));
    return all.values();
  }

  /// What is open before a segment: asked of the nearest one in front of it that knows, and walked for from there.
  private Map<Long, Long> openBefore(int index) throws IOException {
    int known = index - 1;
    while (known >= 0 && openBehind(known).isEmpty()) {
      known--;
    }
    Map<Long, Long> open = known < 0 ? Map.of() : openBehind(known).orElseThrow();
    for (int i = known + 1; i < index; i++) {
      open = segments.get(i).transactions().walk(open).open();
    }
    return open;
  }

  private Optional<Map<Long, Long>> openBehind(int index) {
    return segments.get(index).transactions().openAtEnd();
  }
}
