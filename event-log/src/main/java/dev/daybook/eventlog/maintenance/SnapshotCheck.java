package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.LogCheck;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.LogFindings;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import dev.daybook.eventlog.maintenance.HashedCopy.Hashed;
import dev.daybook.eventlog.maintenance.Manifest.DamagedFile;
import dev.daybook.eventlog.partition.Snapshot;
import dev.daybook.eventlog.partition.Snapshot.SnapshotFile;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Looks for damage in what a backup is made of, so that no hash of the backup vouches for bytes that rotted before it. What
/// has no proof is read batch by batch first; of what has one, the copy's batches are compared with it. Used by one thread.
final class SnapshotCheck {
  private static final int MOST_TOLD = 5;

  private final Disk disk;
  private final Snapshot snapshot;
  private final TopicCatalog topics;
  private final Progress progress;

  /// What the batches of a segment must be, by the name under which it is held.
  private final Map<Path, Content> contents = new HashMap<>();

  private final Map<Path, PartitionMark> marks = new HashMap<>();
  private final Set<PartitionMark> readWhole = new HashSet<>();
  private final List<DamagedFile> damages = new ArrayList<>();

  /// So many bytes from a file's beginning, and their hash.
  private record Content(long bytes, String sha256) {}

  SnapshotCheck(Disk disk, Snapshot snapshot, TopicCatalog topics, Progress progress) {
    this.disk = disk;
    this.snapshot = snapshot;
    this.topics = topics;
    this.progress = progress;
  }

  /// Reads what has no proof.
  void read() throws IOException {
    for (PartitionMark mark : snapshot.marks().partitions()) {
      note(mark, findings(mark, true));
    }
  }

  /// What was found to be damaged, and nobody has accepted.
  List<DamagedFile> damages() {
    return List.copyOf(damages);
  }

  /// How many of a file's first bytes the copy is to tell the hash of.
  long headBytes(SnapshotFile file) {
    Content content = contents.get(file.held());
    return content == null ? 0 : content.bytes;
  }

  /// Compares a copy with what was verified, or proven earlier. Where it is not the same, everything of its partition is read.
  void compare(SnapshotFile file, Hashed copied) throws IOException {
    Content content = contents.get(file.held());
    if (content == null || content.sha256.equals(copied.headSha256())) {
      return;
    }
    PartitionMark mark = Objects.requireNonNull(marks.get(file.held()));
    if (readWhole.add(mark)) {
      note(mark, findings(mark, false));
    }
    if (damages.stream().noneMatch(damage -> damage.file().equals(nameOf(file.held())))) {
      throw new IOException(
          "%s reads differently each time: the disk, or the memory, is failing"
              .formatted(nameOf(file.held())));
    }
  }

  /// Refuses what is damaged.
  ///
  /// @throws IOException that says what, and what to do
  void requireWhole() throws IOException {
    if (!damages.isEmpty()) {
      String more =
          damages.size() > MOST_TOLD ? "; and %d more".formatted(damages.size() - MOST_TOLD) : "";
      throw new IOException(
          "There is no backup, for what it would be made of is damaged: %s%s. Bring these files back from an earlier backup, or stop Daybook and take the loss ('daybook repair DIR' tells all of it), or make a backup with the damage in it ('daybook backup --with-damage')"
              .formatted(
                  damages.stream()
                      .limit(MOST_TOLD)
                      .map(DamagedFile::sentence)
                      .collect(Collectors.joining("; ")),
                  more));
    }
  }

  private LogFindings findings(PartitionMark mark, boolean takesProofs) throws IOException {
    PartitionId id = mark.id();
    LogEnd end =
        new LogEnd(
            mark.startOffset(),
            mark.nextOffset(),
            mark.segmentBaseOffset(),
            mark.segmentPosition());
    @Nullable LongToIntFunction epochAt =
        id.equals(PartitionId.CATALOGUE) ? null : topics.leaderEpochs(id)::at;
    Path held = snapshot.directory().resolve("partitions").resolve(id.directoryName());
    return LogCheck.run(disk, held, id, end, epochAt, takesProofs, progress::passed);
  }

  private void note(PartitionMark mark, LogFindings findings) {
    Set<Path> damaged =
        findings.problems().stream()
            .filter(problem -> problem.kind().equals("batches") || isDamage(problem))
            .map(Problem::file)
            .collect(Collectors.toSet());
    for (LogFindings.Segment segment : findings.segments()) {
      marks.put(segment.file(), mark);
      contents.remove(segment.file());
      if (!damaged.contains(segment.file())) {
        contents.put(segment.file(), new Content(segment.contentBytes(), segment.found().sha256()));
      }
    }
    findings.problems().stream()
        .filter(SnapshotCheck::isDamage)
        .map(problem -> damage(mark.id(), problem))
        .filter(damage -> !damages.contains(damage))
        .forEach(damages::add);
  }

  private static boolean isDamage(Problem problem) {
    return problem.severity() == Severity.DAMAGE;
  }

  private DamagedFile damage(PartitionId id, Problem problem) {
    String topic =
        id.equals(PartitionId.CATALOGUE)
            ? "(catalogue)"
            : topics.byId(id.topic()).map(Topic::name).orElse(id.topic().toString());
    return new DamagedFile(
        topic,
        id.index(),
        nameOf(problem.file()),
        problem.fromOffset(),
        problem.toOffset(),
        problem.message().replace(snapshot.directory() + "/", ""));
  }

  /// A file's name below the shard, as the log has it.
  private String nameOf(Path held) {
    return snapshot.directory().relativize(held).toString();
  }
}
