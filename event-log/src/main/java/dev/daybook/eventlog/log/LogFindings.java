package dev.daybook.eventlog.log;

import java.nio.file.Path;
import java.util.List;

/// What verifying a partition's directory has found.
///
/// @param segments that a checkpoint names, ascending
/// @param bytes read
public record LogFindings(List<Segment> segments, List<Problem> problems, long bytes) {
  public LogFindings {
    segments = List.copyOf(segments);
    problems = List.copyOf(problems);
  }

  /// A segment that was read from end to end.
  ///
  /// @param contentBytes the size of its batches, as far as a checkpoint counts them
  /// @param found what its whole batches are
  public record Segment(
      Path file,
      long baseOffset,
      long nextOffset,
      long contentBytes,
      ContentProof found,
      FooterState footer,
      IndexState index) {}

  /// What a segment's footer is worth.
  public enum FooterState {
    /// The segment still grows.
    NONE_YET,
    /// It says where the batches end; the background scrub has not come by to add the proof.
    SEALED,
    /// The batches are those that it proves.
    PROVEN,
    /// The batches are not those that it proves.
    DIFFERS,
    /// It is not whole, and will be written again.
    NOT_WHOLE
  }

  /// What a segment's index files are worth.
  public enum IndexState {
    RIGHT,
    /// They are not there, which costs time when they are needed.
    MISSING,
    /// They are damaged or lead to no batch, and will be made anew.
    WRONG
  }

  /// How bad something is.
  public enum Severity {
    /// Records are lost, or may be.
    DAMAGE,
    /// Something is wrong that the next start, or the scrub, puts right by itself.
    WARNING,
    /// Somebody may want to know.
    NOTICE
  }

  /// Something that is not as it ought to be.
  ///
  /// @param kind a short name that does not change from version to version
  /// @param position where in the file, -1 when that says nothing
  /// @param fromOffset the first offset concerned, -1 when that says nothing
  /// @param toOffset behind the last one, -1 likewise
  public record Problem(
      Severity severity,
      String kind,
      Path file,
      long position,
      long fromOffset,
      long toOffset,
      String message) {
    /// A problem of a file as a whole.
    public static Problem of(Severity severity, String kind, Path file, String message) {
      return new Problem(severity, kind, file, -1, -1, -1, message);
    }
  }
}
