package dev.daybook.eventlog.log;

import java.io.IOException;
import java.util.List;

/// A walk through all batches of a log, from segment to segment, each verified. Offsets that no whole batch holds, in a segment or between
/// two, are a hole, which is told in its turn, but not where somebody has accepted that it is lost.
///
/// @param segments those that readers see
/// @param damage what is known by now
record LogWalk(List<Segment> segments, KnownDamage damage) {
  /// Takes a hole.
  @FunctionalInterface
  interface HoleVisitor {
    void hole(DamagedRange range) throws IOException;
  }

  /// Hands over every whole batch from the one that holds `offset` on, and what lies between them.
  void from(long offset, BatchVisitor visitor, HoleVisitor holes) throws IOException {
    long next = offset;
    for (Segment segment : segments.subList(SegmentList.indexOf(segments, next), segments.size())) {
      SegmentView view = segment.view();
      next = pass(view, next, segment.baseOffset(), holes);
      if (next < view.end().offset()) {
        view.forEachBatch(next, visitor, (from, to) -> pass(view, from, to, holes));
        next = view.end().offset();
      }
    }
  }

  /// Tells of what was not accepted as lost.
  ///
  /// @return where to go on
  private long pass(SegmentView view, long from, long to, HoleVisitor holes) throws IOException {
    long hole = damage.known().behindAccepted(from);
    if (hole < to) {
      holes.hole(DamagedRange.foundNow(hole, to, view.file().path() + " does not hold them whole"));
    }
    return Math.max(from, to);
  }
}
