package dev.daybook.eventlog.log;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.log.LogFindings.FooterState;
import dev.daybook.eventlog.log.LogFindings.IndexState;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import dev.daybook.eventlog.record.PartitionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/// Verifies a partition's directory as it lies, batch by batch, and changes nothing. Needs the memory of one batch.
/// Used once, by one thread, while nobody has the log open.
public final class LogCheck {
  /// The kind of problem that a damaged range is when it is damaged no more.
  public static final String MENDED = "mended-damage";

  private static final int STEP_BYTES = 4 << 20;

  private final Disk disk;
  private final Path path;
  private final PartitionId id;
  private final LogEnd end;
  private final boolean takesProofs;
  private final Reading reading;
  private final LogDirectory directory;
  private final List<LogFindings.Segment> segments = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final OpenTransactions open = new OpenTransactions(Map.of());
  private Damage damage = Damage.NONE;
  private boolean foundDamage;
  private long bytes;

  private LogCheck(
      Disk disk, Path path, PartitionId id, LogEnd end, boolean takesProofs, Reading reading) {
    this.disk = disk;
    this.path = path;
    this.id = id;
    this.end = end;
    this.takesProofs = takesProofs;
    this.reading = reading;
    this.directory = new LogDirectory(disk, path, id);
  }

  /// Verifies what a checkpoint names; the journal has the rest.
  ///
  /// @param epochAt the leader epoch that the record at an offset must have; null when nobody knows
  public static LogFindings run(
      Disk disk, Path directory, PartitionId id, LogEnd end, @Nullable LongToIntFunction epochAt)
      throws IOException {
    return run(disk, directory, id, end, epochAt, false, bytes -> {});
  }

  /// As [#run(Disk, Path, PartitionId, LogEnd, LongToIntFunction)], at the pace of who listens.
  ///
  /// @param takesProofs whether a sealed segment with a proof is not read, but taken for what its proof says, by who compares
  ///     these himself; where damage is known, all is read
  public static LogFindings run(
      Disk disk,
      Path directory,
      PartitionId id,
      LogEnd end,
      @Nullable LongToIntFunction epochAt,
      boolean takesProofs,
      Reading reading)
      throws IOException {
    LogCheck check = new LogCheck(disk, directory, id, end, takesProofs, reading);
    if (epochAt != null) {
      check.directory.expectEpochs(epochAt, end.nextOffset());
    }
    check.lookAtNames();
    check.lookAtKnownDamage();
    check.verifySegments();
    check.lookAtOpenDamage();
    return new LogFindings(check.segments, check.problems, check.bytes);
  }

  /// Hands over every whole batch that a checkpoint names, in order, whatever lies between.
  public static void forEachWholeBatch(
      Disk disk, Path directory, PartitionId id, LogEnd end, BatchVisitor visitor)
      throws IOException {
    LogCheck check = new LogCheck(disk, directory, id, end, false, bytes -> {});
    List<SegmentName> names = check.directory.segments();
    for (int i = 0; i < names.size() && names.get(i).baseOffset() <= end.segmentBaseOffset(); i++) {
      SegmentName name = names.get(i);
      boolean last = name.baseOffset() == end.segmentBaseOffset();
      long next = last || i + 1 == names.size() ? end.nextOffset() : names.get(i + 1).baseOffset();
      long contentBytes =
          last ? end.segmentPosition() : new SealedContent(check.directory, name, next).bytes();
      SegmentFooter seal =
          new SegmentFooter(id, name.baseOffset(), next, contentBytes, Optional.empty());
      SegmentFile file = check.directory.segment(name);
      try (SegmentScan scan = new SegmentScan(file, seal, (place, batch) -> visitor.visit(batch))) {
        while (scan.result().isEmpty()) {
          scan.step(STEP_BYTES);
        }
      }
    }
  }

  private void lookAtNames() throws IOException {
    for (Path file : disk.list(path)) {
      String name = String.valueOf(file.getFileName());
      if (!LogDirectory.isKnown(name) || directory.isNoFile(file)) {
        problems.add(
            Problem.of(
                Severity.NOTICE,
                "unknown-file",
                file,
                "This is no file of a log: the next start moves it to quarantine"));
      } else if (name.contains(".cut-")) {
        problems.add(
            Problem.of(
                Severity.NOTICE,
                "saved-file",
                file,
                "A recovery saved here what the journal did not know; delete it when nobody needs it"));
      }
    }
  }

  private void lookAtKnownDamage() throws IOException {
    DamageFile file = new DamageFile(disk, path);
    Optional<Damage> known = file.read();
    if (known.isEmpty()) {
      problems.add(
          Problem.of(
              Severity.DAMAGE,
              "damage-file",
              file.path(),
              "The list of damaged offsets is damaged itself: run 'daybook repair'"));
      return;
    }
    damage = known.get();
    damage.accepted().forEach(range -> add(Severity.NOTICE, "accepted-loss", file.path(), range));
  }

  /// What was damaged may be whole again, where somebody has brought a file back.
  private void lookAtOpenDamage() {
    Path file = new DamageFile(disk, path).path();
    for (DamagedRange range : damage.open()) {
      if (isMended(range)) {
        problems.add(
            new Problem(
                Severity.WARNING,
                MENDED,
                file,
                -1,
                range.fromOffset(),
                range.toOffset(),
                "This was damaged, and is whole again: the next start forgets it"));
      } else {
        add(Severity.DAMAGE, "known-damage", file, range);
      }
    }
  }

  private boolean isMended(DamagedRange range) {
    return end.startOffset() <= range.fromOffset()
        && range.toOffset() <= end.nextOffset()
        && problems.stream().noneMatch(problem -> isFoundIn(range, problem));
  }

  private static boolean isFoundIn(DamagedRange range, Problem problem) {
    boolean isAnywhere = problem.fromOffset() < 0;
    return problem.severity() == Severity.DAMAGE
        && (isAnywhere
            || (problem.fromOffset() < range.toOffset()
                && range.fromOffset() < problem.toOffset()));
  }

  private void add(Severity severity, String kind, Path file, DamagedRange range) {
    problems.add(
        new Problem(
            severity, kind, file, -1, range.fromOffset(), range.toOffset(), range.reason()));
  }

  private void verifySegments() throws IOException {
    List<SegmentName> names = directory.segments();
    List<SegmentName> sealed =
        names.stream().filter(name -> name.baseOffset() < end.segmentBaseOffset()).toList();
    long first = sealed.isEmpty() ? end.segmentBaseOffset() : sealed.getFirst().baseOffset();
    if (first > end.startOffset()) {
      missing(
          directory.segment(SegmentName.original(end.startOffset())).path(),
          end.startOffset(),
          first);
    }
    for (int i = 0; i < sealed.size(); i++) {
      long next = i + 1 < sealed.size() ? sealed.get(i + 1).baseOffset() : end.segmentBaseOffset();
      // What lies below the start is about to be unlinked, and nobody looks into it.
      if (next > end.startOffset()) {
        verifySealed(sealed.get(i), next);
      }
    }
    if (end.segmentPosition() == 0) {
      return;
    }
    SegmentName last = SegmentName.original(end.segmentBaseOffset());
    if (names.contains(last)) {
      verifyLast(last);
    } else {
      missing(directory.segment(last).path(), end.segmentBaseOffset(), end.nextOffset());
    }
  }

  private void verifySealed(SegmentName name, long nextOffset) throws IOException {
    long baseOffset = name.baseOffset();
    long contentBytes = new SealedContent(directory, name, nextOffset).bytes();
    SegmentFooter seal =
        new SegmentFooter(id, baseOffset, nextOffset, contentBytes, Optional.empty());
    Path file = directory.segment(name).path();
    Optional<ContentProof> taken = takenProof(name, seal);
    if (taken.isPresent()) {
      segments.add(
          new LogFindings.Segment(
              file,
              baseOffset,
              nextOffset,
              contentBytes,
              taken.get(),
              FooterState.PROVEN,
              IndexState.MISSING));
      return;
    }
    Scanned scanned = scan(name, seal);
    if (scanned.footer.isPresent() && scanned.footer.get().nextOffset() < nextOffset) {
      missing(file, scanned.footer.get().nextOffset(), nextOffset);
    }
    FooterState state = stateOf(scanned, file);
    lookAtTransactions(directory.indexes(name).transactions(), nextOffset, scanned);
    segments.add(
        new LogFindings.Segment(
            file,
            baseOffset,
            nextOffset,
            contentBytes,
            scanned.result.found(),
            state,
            scanned.index));
  }

  /// The proof of a segment that is as it must be if it is what that says.
  private Optional<ContentProof> takenProof(SegmentName name, SegmentFooter seal)
      throws IOException {
    return takesProofs && damage.isNone()
        ? new SealedSegment(directory.segment(name), seal)
            .footer()
            .filter(found -> found.partition().equals(id))
            .filter(found -> found.nextOffset() == seal.nextOffset())
            .flatMap(SegmentFooter::proof)
        : Optional.empty();
  }

  private FooterState stateOf(Scanned scanned, Path file) {
    if (scanned.result instanceof ScanResult.Differs(ContentProof proven, ContentProof found)) {
      problems.add(
          Problem.of(
              Severity.DAMAGE,
              "footer-differs",
              file,
              "The batches are whole, but their SHA-256 is %s where the footer has %s: something changed that no checksum covers; restore the file from a backup"
                  .formatted(found.sha256(), proven.sha256())));
      return FooterState.DIFFERS;
    }
    if (scanned.result instanceof ScanResult.Unproven(_, long strangeBytes) && strangeBytes > 0) {
      problems.add(
          Problem.of(
              Severity.WARNING,
              "strange-bytes",
              file,
              "%d bytes stand behind the batches that belong to nothing".formatted(strangeBytes)));
      return FooterState.NOT_WHOLE;
    }
    if (scanned.footer.isEmpty()) {
      problems.add(
          Problem.of(
              Severity.WARNING,
              "footer",
              file,
              "The footer is damaged or missing: it will be written again"));
      return FooterState.NOT_WHOLE;
    }
    return scanned.result instanceof ScanResult.Proven ? FooterState.PROVEN : FooterState.SEALED;
  }

  /// Only where no segment is gone, compacted or damaged so far is it known for sure what the index must be. Which is made anew by who
  /// needs it when it can not be read.
  private void lookAtTransactions(TransactionFile file, long nextOffset, Scanned scanned)
      throws IOException {
    if (!file.exists()) {
      return;
    }
    Optional<TransactionIndex> found = file.read(nextOffset);
    TransactionIndex expected = new TransactionIndex(scanned.aborted, open.firstOffsets());
    boolean isKnown = isKept() && !foundDamage;
    if (found.isEmpty() || (isKnown && !found.get().equals(expected))) {
      problems.add(
          Problem.of(
              Severity.WARNING,
              "index",
              file.path(),
              "The index of transactions is damaged, or not of this segment: it will be made anew"));
    }
  }

  private boolean isKept() throws IOException {
    List<SegmentName> names = directory.segments();
    return names.getFirst().baseOffset() == 0 && names.stream().noneMatch(SegmentName::isCleaned);
  }

  private void verifyLast(SegmentName name) throws IOException {
    long base = name.baseOffset();
    SegmentFooter place =
        new SegmentFooter(id, base, end.nextOffset(), end.segmentPosition(), Optional.empty());
    Scanned scanned = scan(name, place);
    segments.add(
        new LogFindings.Segment(
            directory.segment(name).path(),
            base,
            end.nextOffset(),
            end.segmentPosition(),
            scanned.result.found(),
            FooterState.NONE_YET,
            scanned.index));
  }

  private Scanned scan(SegmentName name, SegmentFooter seal) throws IOException {
    SegmentFile file = directory.segment(name);
    IndexFiles files = directory.indexes(name);
    Optional<SegmentIndex> index = files.read(seal.contentBytes());
    IndexCheck indexCheck =
        new IndexCheck(
            index.orElse(SegmentIndex.empty(seal.baseOffset(), new Place(seal.baseOffset(), 0))));
    List<AbortedTransaction> aborted = new ArrayList<>();
    SegmentScan.PlaceVisitor visitor =
        (place, batch) -> {
          indexCheck.visit(place, batch);
          open.follow(batch).ifPresent(aborted::add);
        };
    try (SegmentScan scan = new SegmentScan(file, seal, visitor)) {
      Optional<ScanResult> result = Optional.empty();
      while (result.isEmpty()) {
        long read = scan.step(STEP_BYTES);
        bytes += read;
        reading.passed(read);
        result = scan.result();
      }
      if (result.get() instanceof ScanResult.Damaged damaged) {
        foundDamage = true;
        damaged.holes().forEach(hole -> report(hole, file.path()));
      }
      boolean isWhole = !(result.get() instanceof ScanResult.Damaged);
      return new Scanned(
          result.get(), scan.footer(), stateOf(index, indexCheck, isWhole, files), aborted);
    }
  }

  private IndexState stateOf(
      Optional<SegmentIndex> index, IndexCheck check, boolean isWhole, IndexFiles files)
      throws IOException {
    if (index.isPresent() && (!isWhole || check.isRight())) {
      return IndexState.RIGHT;
    }
    if (!files.exist()) {
      return IndexState.MISSING;
    }
    problems.add(
        Problem.of(
            Severity.WARNING,
            "index",
            files.offsetFile(),
            "The index is damaged, or not of this segment: it will be made anew"));
    return IndexState.WRONG;
  }

  private void report(ScanResult.Hole hole, Path file) {
    boolean accepted = isAccepted(hole.fromOffset(), hole.toOffset());
    problems.add(
        new Problem(
            accepted ? Severity.NOTICE : Severity.DAMAGE,
            "batches",
            file,
            hole.fromPosition(),
            hole.fromOffset(),
            hole.toOffset(),
            hole.reason()));
  }

  private void missing(Path file, long fromOffset, long toOffset) {
    if (!isAccepted(fromOffset, toOffset)) {
      problems.add(
          new Problem(
              Severity.DAMAGE,
              "missing",
              file,
              -1,
              fromOffset,
              toOffset,
              "No segment holds offsets %d to %d".formatted(fromOffset, toOffset - 1)));
    }
  }

  private boolean isAccepted(long fromOffset, long toOffset) {
    return damage.behindAccepted(fromOffset) >= toOffset;
  }

  /// Told of bytes that were read. It slows the check by taking its time, and ends it by failing.
  @FunctionalInterface
  public interface Reading {
    /// So many more.
    void passed(long bytes) throws IOException;
  }

  /// What a scan found.
  private record Scanned(
      ScanResult result,
      Optional<SegmentFooter> footer,
      IndexState index,
      List<AbortedTransaction> aborted) {}
}
