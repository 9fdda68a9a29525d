package dev.daybook.eventlog.maintenance;

import dev.daybook.eventlog.log.LogFindings;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import java.nio.file.Path;
import java.util.List;

/// What [DirectoryCheck] found in a data directory.
///
/// @param format version of what lies there
/// @param clusterId the log's name
/// @param checkpoint how far segments are durable
/// @param journal what stands behind the checkpoint
/// @param partitions those that have files, in the order of their ids
/// @param problems everything that is not as it ought to be, in the order in which it was found
/// @param bytes read from segments
public record CheckReport(
    Path directory,
    int format,
    String clusterId,
    CheckpointState checkpoint,
    JournalState journal,
    List<PartitionState> partitions,
    List<Problem> problems,
    long bytes) {
  public CheckReport {
    partitions = List.copyOf(partitions);
    problems = List.copyOf(problems);
  }

  /// Whether records are lost, or may be.
  public boolean isDamaged() {
    return count(Severity.DAMAGE) > 0;
  }

  public long count(Severity severity) {
    return problems.stream().filter(problem -> problem.severity() == severity).count();
  }

  /// The checkpoint that counts.
  ///
  /// @param sequence of the last journal entry that is not needed any more
  /// @param wholeSlots of two
  public record CheckpointState(long sequence, int wholeSlots) {}

  /// The journal.
  ///
  /// @param entries behind the checkpoint, all of them whole
  /// @param lastSequence of the last whole entry
  public record JournalState(int files, long sizeBytes, long entries, long lastSequence) {}

  /// A partition.
  ///
  /// @param topic its topic's name; empty when the catalogue does not know it
  /// @param nextOffset of the next record, as the checkpoint has it
  /// @param journaledOffset of the next record, with what stands in the journal only
  public record PartitionState(
      String topic,
      String topicId,
      int index,
      long startOffset,
      long nextOffset,
      long journaledOffset,
      List<LogFindings.Segment> segments) {
    public PartitionState {
      segments = List.copyOf(segments);
    }
  }
}
