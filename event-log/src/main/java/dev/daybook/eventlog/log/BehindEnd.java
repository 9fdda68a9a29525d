package dev.daybook.eventlog.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What the files of a log hold behind its end. The journal brings all of it again, and it is cut; but where the journal has
/// lost some, this may be what is left. A recovery's; changes nothing.
public final class BehindEnd {
  private final LogDirectory directory;
  private final SegmentList segments;

  BehindEnd(LogDirectory directory, SegmentList segments) {
    this.directory = directory;
    this.segments = segments;
  }

  /// Whole batches right behind the end that carry it on, none beyond `limitOffset`: to be appended where the journal has lost
  /// them. A run of them: ask again.
  public List<ByteBuffer> batches(long limitOffset) throws IOException {
    Segment last = segments.last();
    List<ByteBuffer> run = last.behindEnd(limitOffset);
    boolean mayHaveRolled = run.isEmpty() && last.sizeBytes() > 0 && nextOffset() < limitOffset;
    return mayHaveRolled ? Segment.fresh(directory, nextOffset()).behindEnd(limitOffset) : run;
  }

  /// Whether these batches begin a segment of their own.
  public boolean batchesAreRolled() throws IOException {
    Segment last = segments.last();
    return last.sizeBytes() > 0 && last.behindEnd(Long.MAX_VALUE).isEmpty();
  }

  /// Where batches go on behind bytes at the end that do not carry it on, or a segment begins.
  ///
  /// @param limitOffset of interest is only what lies before it
  public OptionalLong goesOn(long limitOffset) throws IOException {
    Optional<Place> next = segments.last().nextBehindEnd();
    long end = nextOffset();
    return LongStream.concat(
            next.stream().mapToLong(Place::offset), names().mapToLong(SegmentName::baseOffset))
        .filter(offset -> offset > end && offset < limitOffset)
        .findFirst();
  }

  /// Whether the files tell that the log went on, though nothing of that can be used: by a batch that was begun, or is whole
  /// without any that leads to it, by a seal, by a segment's name. All of these are written behind the journal, so it was
  /// there, too.
  public boolean isAny() throws IOException {
    return names().findFirst().isPresent() || segments.last().wentOn();
  }

  /// The segments that begin at the end or behind it.
  private Stream<SegmentName> names() throws IOException {
    long end = nextOffset();
    return directory.segments().stream()
        .filter(name -> !name.isCleaned() && name.baseOffset() >= end);
  }

  private long nextOffset() {
    return segments.last().nextOffset();
  }
}
