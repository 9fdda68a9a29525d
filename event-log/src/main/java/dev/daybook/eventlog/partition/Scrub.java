package dev.daybook.eventlog.partition;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.disk.DiskFull;
import dev.daybook.eventlog.disk.ForceFailedException;
import dev.daybook.eventlog.journal.Journal;
import dev.daybook.eventlog.log.DamagedRange;
import dev.daybook.eventlog.log.PartitionLog;
import dev.daybook.eventlog.log.ScanResult;
import dev.daybook.eventlog.log.SealedSegment;
import dev.daybook.eventlog.log.SegmentScan;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.time.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads sealed segments from end to end, for ever: newly sealed ones first, to put the proof into their footers; then
/// all of them in rounds, so that rot is found while there is a backup left. It never hurries: a round's bytes are spread
/// over its time, and while the journal is busy it goes at a tenth of its pace, so that it comes to an end some day.
///
/// What a scan finds is noted as the partition's damage; a segment that cannot be read does not stop the
/// process. When the machine stops, at most one segment is read again.
final class Scrub implements Owner, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scrub.class);

  private static final int STEP_BYTES = 256 << 10;
  private static final long SECOND_NS = 1_000_000_000L;

  /// How long to rest when there is nothing to read.
  private static final long LOOK_NS = 10 * SECOND_NS;

  /// Slower than this is not worth the time.
  private static final long LEAST_BYTES_PER_SECOND = 1L << 20;

  private final Disk disk;
  private final Path placeFile;
  private final PartitionLogs logs;
  private final BusyJournal journal;
  private final Clock clock;
  private final ScrubPace pace;
  private final ScrubCounts counts;

  /// Segments whose footers need not be looked at again: proven, or beyond proof.
  private final Set<Job> settled = new HashSet<>();

  private @Nullable ScrubPlace place;
  private @Nullable Job job;
  private @Nullable SegmentScan scan;
  private long bytesPerSecond;
  private long notBeforeNs;

  Scrub(
      Disk disk,
      Path placeFile,
      PartitionLogs logs,
      Journal journal,
      Clock clock,
      ScrubPace pace,
      ScrubCounts counts) {
    this.disk = disk;
    this.placeFile = placeFile;
    this.logs = logs;
    this.journal = new BusyJournal(journal, clock);
    this.clock = clock;
    this.pace = pace;
    this.counts = counts;
    this.place = ScrubPlace.read(disk, placeFile).orElse(null);
    this.notBeforeNs = clock.monotonicNs();
  }

  /// Leaves a process that has just started to itself for a while.
  void rest() {
    notBeforeNs = clock.monotonicNs() + LOOK_NS;
  }

  @Override
  public int doWork() throws IOException {
    long nowNs = clock.monotonicNs();
    if (pace.isOff() || nowNs - notBeforeNs < 0) {
      return 0;
    }
    journal.look(nowNs);
    if (scan == null && !begin()) {
      notBeforeNs = nowNs + LOOK_NS;
      return 0;
    }
    long bytes = step();
    notBeforeNs = nowNs + journal.restNs(bytes, bytesPerSecond);
    return 1;
  }

  @Override
  public long idleNs() {
    return pace.isOff() ? Long.MAX_VALUE : Math.max(1, notBeforeNs - clock.monotonicNs());
  }

  @Override
  public void close() throws IOException {
    SegmentScan open = scan;
    scan = null;
    if (open != null) {
      open.close();
    }
  }

  /// Opens the next segment that is to be read, if there is one.
  private boolean begin() throws IOException {
    List<Job> jobs = jobs();
    settled.retainAll(new HashSet<>(jobs));
    Optional<Job> next = jobs.stream().filter(this::lacksProof).findFirst();
    bytesPerSecond = pace.bytesPerSecond();
    if (next.isEmpty()) {
      next = nextOfRound(jobs);
    }
    if (next.isEmpty()) {
      return false;
    }
    job = next.get();
    try {
      scan = job.segment.scan();
      return true;
    } catch (IOException e) {
      unreadable(job, e);
      return false;
    }
  }

  private List<Job> jobs() {
    List<Job> jobs = new ArrayList<>();
    new TreeMap<>(logs.byId())
        .forEach((id, log) -> log.sealedSegments().forEach(s -> jobs.add(new Job(id, log, s))));
    return jobs;
  }

  private boolean lacksProof(Job asked) {
    if (settled.contains(asked)) {
      return false;
    }
    try {
      if (asked.segment.footer().flatMap(footer -> footer.proof()).isEmpty()) {
        return true;
      }
    } catch (IOException e) {
      LOG.debug("no footer read file={}", asked.segment.path(), e);
    }
    settled.add(asked);
    return false;
  }

  private Optional<Job> nextOfRound(List<Job> jobs) {
    long nowMs = clock.wallMs();
    ScrubPlace last = place;
    if (last != null && last.roundBegunMs() <= nowMs) {
      List<Job> left = jobs.stream().filter(j -> j.isBehind(last)).toList();
      if (!left.isEmpty()) {
        long leftMs = Math.max(1, last.roundBegunMs() + pace.round().toMillis() - nowMs);
        goSlowly(left, leftMs);
        return Optional.of(left.getFirst());
      }
      if (nowMs - last.roundBegunMs() < pace.round().toMillis()) {
        return Optional.empty();
      }
    }
    if (last != null) {
      counts.rounds.increment();
    }
    if (jobs.isEmpty()) {
      return Optional.empty();
    }
    goSlowly(jobs, pace.round().toMillis());
    place = new ScrubPlace(nowMs, jobs.getFirst().id, -1);
    return Optional.of(jobs.getFirst());
  }

  /// Spreads what is left of a round over the time that is left.
  private void goSlowly(List<Job> left, long leftMs) {
    long bytes = left.stream().mapToLong(j -> j.segment.contentBytes()).sum();
    long enough = Math.max(LEAST_BYTES_PER_SECOND, bytes / Math.max(1, leftMs / 1_000));
    bytesPerSecond = Math.min(pace.bytesPerSecond(), enough);
  }

  private long step() throws IOException {
    Job reading = Objects.requireNonNull(job);
    SegmentScan open = Objects.requireNonNull(scan);
    try {
      long bytes = open.step(STEP_BYTES);
      counts.bytes.add(bytes);
      if (open.result().isPresent()) {
        take(reading, open.result().get());
        finished(reading);
      }
      return bytes;
    } catch (ForceFailedException e) {
      throw e; // Of a proof: from here on nobody knows what the disk has, of any file.
    } catch (IOException e) {
      if (DiskFull.isCauseOf(e)) {
        LOG.warn("scrub has no room to write down what it found file={}", reading.segment.path());
      } else {
        unreadable(reading, e);
      }
      finished(reading);
      return STEP_BYTES;
    }
  }

  private void finished(Job read) throws IOException {
    counts.segments.increment();
    settled.add(read);
    close();
    ScrubPlace last = place;
    if (last != null && read.isBehind(last)) {
      ScrubPlace next = new ScrubPlace(last.roundBegunMs(), read.id, read.segment.baseOffset());
      place = next;
      next.write(disk, placeFile);
    }
  }

  /// Whether the segment is still there, and no other has taken its place.
  private boolean isInUse(Job read) {
    return logs.byId().get(read.id) == read.log
        && read.log.sealedSegments().stream()
            .anyMatch(segment -> segment.path().equals(read.segment.path()));
  }

  private void take(Job read, ScanResult result) throws IOException {
    if (!isInUse(read)) {
      return;
    }
    switch (result) {
      case ScanResult.Proven _ -> {}
      case ScanResult.Unproven unproven when unproven.strangeBytes() > 0 -> {
        counts.damaged.increment();
        LOG.error(
            "scrub found bytes that belong to nothing file={} bytes={}",
            read.segment.path(),
            unproven.strangeBytes());
      }
      case ScanResult.Unproven unproven -> {
        read.segment.prove(unproven.found());
        counts.proofs.increment();
      }
      case ScanResult.Differs differs -> {
        counts.damaged.increment();
        LOG.error(
            "scrub found a segment that is not what its footer proves file={} proven={} found={}",
            read.segment.path(),
            differs.proven(),
            differs.found());
      }
      case ScanResult.Damaged damaged -> {
        counts.damaged.increment();
        for (ScanResult.Hole hole : damaged.holes()) {
          LOG.error("scrub found damage reason=\"{}\"", hole.reason());
          mark(read.log, hole);
        }
      }
    }
  }

  private void mark(PartitionLog log, ScanResult.Hole hole) throws IOException {
    long from = Math.max(hole.fromOffset(), log.startOffset());
    if (from < hole.toOffset()) {
      log.markDamaged(new DamagedRange(from, hole.toOffset(), hole.reason(), clock.wallMs()));
    }
  }

  private void unreadable(Job read, IOException cause) {
    if (isInUse(read)) {
      counts.damaged.increment();
      LOG.error("scrub cannot read file={}", read.segment.path(), cause);
    }
    settled.add(read);
  }

  /// A segment to be read. Equal are those of one partition and base offset.
  private record Job(PartitionId id, PartitionLog log, SealedSegment segment) {
    static final Comparator<Job> ORDER =
        Comparator.comparing(Job::id).thenComparingLong(job -> job.segment.baseOffset());

    boolean isBehind(ScrubPlace last) {
      return new ScrubPlace(0, id, segment.baseOffset()).compareTo(last) > 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Job job && ORDER.compare(this, job) == 0;
    }

    @Override
    public int hashCode() {
      return id.hashCode() * 31 + Long.hashCode(segment.baseOffset());
    }
  }
}
