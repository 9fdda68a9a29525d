package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.disk.Disk;
import dev.daybook.eventlog.journal.CheckpointCheck;
import dev.daybook.eventlog.journal.CheckpointMarks;
import dev.daybook.eventlog.journal.JournalCheck;
import dev.daybook.eventlog.journal.PartitionMark;
import dev.daybook.eventlog.log.FoundLog;
import dev.daybook.eventlog.log.LogCheck;
import dev.daybook.eventlog.log.LogEnd;
import dev.daybook.eventlog.log.LogFindings;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import dev.daybook.eventlog.partition.ShardFiles;
import dev.daybook.eventlog.record.PartitionId;
import dev.daybook.eventlog.topic.Topic;
import dev.daybook.eventlog.topic.TopicCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongToIntFunction;

/// Verifies a whole data directory as it lies, and changes nothing: the format, both checkpoints, the journal behind
/// them, every batch of every segment, footers, indexes, the producers' file, and that there is nothing else. Needs the
/// memory of one batch and one journal entry, whatever the log's size. Used once, by one thread that holds the
/// directory's lock.
public final class DirectoryCheck {
  private static final Set<String> KNOWN_IN_ROOT =
      Set.of(
          ".lock",
          DataFormat.FILE_NAME,
          DataFormat.FILE_NAME + ".tmp",
          "shard-0",
          "control.sock",
          "control.path");

  private static final String WITHOUT_CHECKPOINT =
      "restore the directory from a backup, or let `daybook repair DIR --accept-loss` make one from the segments and the journal";

  private final Disk disk;
  private final Path directory;
  private final ShardFiles files;
  private final List<Problem> problems = new ArrayList<>();
  private final List<CheckReport.PartitionState> partitions = new ArrayList<>();
  private long bytes;

  private DirectoryCheck(Disk disk, Path directory) {
    this.disk = disk;
    this.directory = directory;
    this.files = ShardFiles.of(directory, 0);
  }

  /// Verifies the directory.
  ///
  /// @throws IOException when that cannot be done: there is no log, a newer version wrote it, or the disk does not give
  ///     it; says what to do
  public static CheckReport run(Disk disk, Path directory) throws IOException {
    return new DirectoryCheck(disk, directory).run();
  }

  private CheckReport run() throws IOException {
    DataFormat format = format();
    lookAtFormat(format);
    lookAtNames();
    CheckpointCheck slots = CheckpointCheck.of(disk, files.checkpoint());
    reportSlots(slots);
    Optional<CheckpointMarks> marks = slots.newest();
    long sequence = marks.map(CheckpointMarks::sequence).orElse(0L);
    Map<PartitionId, LogEnd> ends = endsOf(marks);
    JournalItems items = new JournalItems(ends);
    JournalCheck journal = JournalCheck.of(disk, files.journal(), sequence, items);
    reportJournal(journal, items);
    if (sequence > 0) {
      lookAtProducers(sequence);
    }
    TopicCatalog topics = CatalogueReader.read(disk, files, ends, items);
    if (journal.damage().isEmpty()) {
      lookBehindJournal(ends, items, topics);
    }
    verifyPartitions(ends, items, topics);
    return new CheckReport(
        directory,
        format.version(),
        format.clusterId(),
        new CheckReport.CheckpointState(
            sequence, (int) slots.slots().stream().filter(slot -> slot.number() >= 0).count()),
        new CheckReport.JournalState(
            journal.files(), journal.sizeBytes(), journal.entries(), journal.lastSequence()),
        partitions,
        problems,
        bytes);
  }

  private DataFormat format() throws IOException {
    return DataFormat.find(disk, directory)
        .orElseThrow(
            () ->
                new IOException(
                    "%s holds no format.json, so it is no data directory of Daybook: name another one"
                        .formatted(directory)));
  }

  private void lookAtFormat(DataFormat format) throws IOException {
    for (FormatFile file : FormatFile.both(disk, directory)) {
      if (file.isDamaged() || (format.born() && !file.exists())) {
        problems.add(
            Problem.of(
                Severity.WARNING,
                "format",
                file.path(),
                "This is missing or damaged; the next start writes it again, from the other one of the two"));
      }
    }
  }

  private void lookAtNames() throws IOException {
    for (Path path : disk.list(directory)) {
      if (!KNOWN_IN_ROOT.contains(nameOf(path))) {
        unknown(path);
      }
    }
    for (Path path : disk.list(files.directory())) {
      if (!files.isKnown(path)) {
        unknown(path);
      }
    }
    for (Path path : disk.list(files.quarantine())) {
      notice("quarantined", path, "A start set this aside; delete it when nobody needs it");
    }
    for (Path path : disk.list(files.journal())) {
      if (nameOf(path).endsWith(".saved")) {
        notice(
            "saved-file",
            path,
            "A recovery saved here what a crash left of an entry; delete it when nobody needs it");
      } else if (!JournalCheck.isKnown(nameOf(path))) {
        unknown(path);
      }
    }
  }

  private void unknown(Path path) {
    notice("unknown-file", path, "Daybook did not put this here and does not read it");
  }

  private void notice(String kind, Path path, String message) {
    problems.add(Problem.of(Severity.NOTICE, kind, path, message));
  }

  private void reportSlots(CheckpointCheck slots) throws IOException {
    boolean lost = files.lostCheckpoint(disk, slots);
    if (lost && slots.isMissing()) {
      problems.add(
          Problem.of(
              Severity.DAMAGE,
              "checkpoint",
              files.checkpoint(),
              "Both checkpoints are gone, though there is a log beside them: "
                  + WITHOUT_CHECKPOINT));
    }
    for (CheckpointCheck.Slot slot : slots.slots()) {
      if (slot.isDamaged()) {
        problems.add(
            Problem.of(
                lost ? Severity.DAMAGE : Severity.WARNING,
                "checkpoint",
                slot.file(),
                lost
                    ? "Neither checkpoint is whole: " + WITHOUT_CHECKPOINT
                    : "This checkpoint is torn or damaged; the other one is whole and counts"));
      }
    }
  }

  private static Map<PartitionId, LogEnd> endsOf(Optional<CheckpointMarks> marks) {
    Map<PartitionId, LogEnd> ends = new TreeMap<>();
    for (PartitionMark mark : marks.map(CheckpointMarks::partitions).orElse(List.of())) {
      ends.put(
          mark.id(),
          new LogEnd(
              mark.startOffset(),
              mark.nextOffset(),
              mark.segmentBaseOffset(),
              mark.segmentPosition()));
    }
    return ends;
  }

  private void reportJournal(JournalCheck journal, JournalItems items) {
    journal
        .damage()
        .ifPresent(
            damage ->
                problems.add(
                    new Problem(
                        Severity.DAMAGE,
                        "journal",
                        damage.file(),
                        damage.position(),
                        -1,
                        -1,
                        String.valueOf(damage.getMessage()))));
    journal
        .torn()
        .ifPresent(
            torn ->
                problems.add(
                    new Problem(
                        Severity.NOTICE,
                        "torn-entry",
                        torn.file(),
                        torn.position(),
                        -1,
                        -1,
                        "A crash tore the last entry, of which nobody was told; the next start saves it aside")));
    if (journal.harmlessGaps() > 0) {
      notice(
          "journal-gap",
          files.journal(),
          "%d damaged places before the checkpoint, where nothing is needed any more"
              .formatted(journal.harmlessGaps()));
    }
    for (String problem : items.problems()) {
      problems.add(Problem.of(Severity.DAMAGE, "journal-batches", files.journal(), problem));
    }
  }

  private void lookAtProducers(long sequence) throws IOException {
    Path file = files.producers(sequence);
    if (!disk.exists(file)) {
      problems.add(
          Problem.of(
              Severity.WARNING,
              "producers",
              file,
              "The state of idempotent producers is missing: the next start makes it anew from all segments"));
    } else if (!files.producersAreWhole(disk, sequence)) {
      problems.add(
          Problem.of(
              Severity.WARNING,
              "producers",
              file,
              "The state of idempotent producers is damaged: the next start makes it anew from all segments"));
    }
  }

  /// Segments are written behind the journal: so what they hold behind its end, or of a topic that nobody knows, it has lost.
  private void lookBehindJournal(
      Map<PartitionId, LogEnd> ends, JournalItems items, TopicCatalog topics) throws IOException {
    for (Path path : disk.list(files.partitions())) {
      Optional<PartitionId> id = idOf(path).filter(found -> !topics.wasDeleted(found.topic()));
      if (id.isPresent() && goesOnBehindJournal(path, id.get(), ends, items)) {
        problems.add(
            Problem.of(
                Severity.DAMAGE,
                "journal-end",
                path,
                "The segments go on behind the end of the journal, which has lost entries: the next start serves what is there and makes all partitions read-only, for nobody knows what else is missing"));
      }
    }
  }

  private boolean goesOnBehindJournal(
      Path path, PartitionId id, Map<PartitionId, LogEnd> ends, JournalItems items)
      throws IOException {
    if (!ends.containsKey(id) && !items.names(id)) {
      return new FoundLog(disk, path, id).holdsBatches();
    }
    LogEnd end = ends.getOrDefault(id, LogEnd.EMPTY);
    long offset = items.nextOffset(id).orElse(end.nextOffset());
    return new FoundLog(disk, path, id).wentOnBehind(end, offset);
  }

  private void verifyPartitions(
      Map<PartitionId, LogEnd> ends, JournalItems items, TopicCatalog topics) throws IOException {
    Map<PartitionId, LogEnd> there = new TreeMap<>(ends);
    for (Path path : disk.list(files.partitions())) {
      Optional<PartitionId> id = idOf(path);
      if (id.isEmpty() || (!ends.containsKey(id.get()) && !items.names(id.get()))) {
        notice(
            "unknown-directory",
            path,
            "No checkpoint names this: it belonged to a deleted topic, or the next start moves it to quarantine");
      } else {
        there.putIfAbsent(id.get(), LogEnd.EMPTY);
      }
    }
    for (Map.Entry<PartitionId, LogEnd> log : there.entrySet()) {
      PartitionId id = log.getKey();
      Path path = files.partitions().resolve(id.directoryName());
      LongToIntFunction epochAt =
          id.equals(PartitionId.CATALOGUE) ? null : topics.leaderEpochs(id)::at;
      LogFindings findings = LogCheck.run(disk, path, id, log.getValue(), epochAt);
      problems.addAll(findings.problems());
      bytes += findings.bytes();
      partitions.add(state(id, log.getValue(), findings, topics, items));
    }
  }

  private static CheckReport.PartitionState state(
      PartitionId id, LogEnd end, LogFindings findings, TopicCatalog topics, JournalItems items) {
    String name =
        id.equals(PartitionId.CATALOGUE)
            ? "(catalogue)"
            : topics.byId(id.topic()).map(Topic::name).orElse("");
    return new CheckReport.PartitionState(
        name,
        id.topic().toString(),
        id.index(),
        end.startOffset(),
        end.nextOffset(),
        items.nextOffset(id).orElse(end.nextOffset()),
        findings.segments());
  }

  private static Optional<PartitionId> idOf(Path path) {
    try {
      return Optional.of(PartitionId.parse(0, nameOf(path)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String nameOf(Path path) {
    return String.valueOf(path.getFileName());
  }
}
