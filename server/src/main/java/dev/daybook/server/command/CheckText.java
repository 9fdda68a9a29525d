package dev.daybook.server.command;

import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import dev.daybook.eventlog.maintenance.CheckReport;
import java.util.Locale;

/// What `daybook check` prints for people: what is wrong, worst first, then one line that sums up.
final class CheckText {
  private CheckText() {}

  static String of(CheckReport report) {
    StringBuilder text = new StringBuilder();
    for (Severity severity : Severity.values()) {
      report.problems().stream()
          .filter(problem -> problem.severity() == severity)
          .forEach(problem -> text.append(line(problem)));
    }
    long segments = report.partitions().stream().mapToLong(p -> p.segments().size()).sum();
    long records =
        report.partitions().stream()
            .flatMap(partition -> partition.segments().stream())
            .mapToLong(segment -> segment.found().records())
            .sum();
    text.append(
        "%s: %d partitions, %d segments, %d records, %.1f MB read, %d journal entries behind the checkpoint%n"
            .formatted(
                report.directory(),
                report.partitions().size(),
                segments,
                records,
                report.bytes() / 1e6,
                report.journal().entries()));
    return text.append(verdict(report)).toString();
  }

  private static String line(Problem problem) {
    String severity = problem.severity().name().toLowerCase(Locale.ROOT);
    String where = problem.position() < 0 ? "" : " at byte " + problem.position();
    return "%s: %s%s%s%n    %s%n"
        .formatted(severity, problem.file(), where, offsets(problem), problem.message());
  }

  private static String offsets(Problem problem) {
    if (problem.fromOffset() < 0 || problem.toOffset() <= problem.fromOffset()) {
      return "";
    }
    return problem.toOffset() == Long.MAX_VALUE
        ? ", offsets " + problem.fromOffset() + " and behind"
        : ", offsets " + problem.fromOffset() + " to " + (problem.toOffset() - 1);
  }

  private static String verdict(CheckReport report) {
    return report.isDamaged()
        ? "damaged: keep a copy of the directory, restore it from a backup, or see 'daybook repair --help'"
        : "clean: every record is there, whole";
  }
}
