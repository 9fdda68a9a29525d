package dev.daybook.server.command;

import dev.daybook.eventlog.log.LogFindings;
import dev.daybook.eventlog.log.LogFindings.Problem;
import dev.daybook.eventlog.log.LogFindings.Severity;
import dev.daybook.eventlog.maintenance.CheckReport;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Locale;

/// What `daybook check --json` prints; its fields are told in docs/reference/check.md and stay as they are.
final class CheckJson {
  private final Path directory;

  private CheckJson(Path directory) {
    this.directory = directory;
  }

  static JsonObject of(CheckReport report) {
    return new CheckJson(report.directory()).object(report);
  }

  private JsonObject object(CheckReport report) {
    JsonArray partitions = new JsonArray();
    report.partitions().forEach(partition -> partitions.add(object(partition)));
    JsonArray problems = new JsonArray();
    report.problems().forEach(problem -> problems.add(object(problem)));
    return new JsonObject()
        .put("directory", report.directory().toString())
        .put("verdict", report.isDamaged() ? "damaged" : "clean")
        .put("format", report.format())
        .put("clusterId", report.clusterId())
        .put("bytes", report.bytes())
        .put("damages", report.count(Severity.DAMAGE))
        .put("warnings", report.count(Severity.WARNING))
        .put("notices", report.count(Severity.NOTICE))
        .put(
            "checkpoint",
            new JsonObject()
                .put("sequence", report.checkpoint().sequence())
                .put("wholeSlots", report.checkpoint().wholeSlots()))
        .put(
            "journal",
            new JsonObject()
                .put("files", report.journal().files())
                .put("bytes", report.journal().sizeBytes())
                .put("entries", report.journal().entries())
                .put("lastSequence", report.journal().lastSequence()))
        .put("partitions", partitions)
        .put("problems", problems);
  }

  private JsonObject object(CheckReport.PartitionState partition) {
    JsonArray segments = new JsonArray();
    partition.segments().forEach(segment -> segments.add(object(segment)));
    return new JsonObject()
        .put("topic", partition.topic())
        .put("topicId", partition.topicId())
        .put("partition", partition.index())
        .put("startOffset", partition.startOffset())
        .put("nextOffset", partition.nextOffset())
        .put("journaledOffset", partition.journaledOffset())
        .put("segments", segments);
  }

  private JsonObject object(LogFindings.Segment segment) {
    return new JsonObject()
        .put("file", relative(segment.file()))
        .put("baseOffset", segment.baseOffset())
        .put("nextOffset", segment.nextOffset())
        .put("bytes", segment.contentBytes())
        .put("batches", segment.found().batches())
        .put("records", segment.found().records())
        .put("oldestMs", segment.found().oldestMs())
        .put("youngestMs", segment.found().youngestMs())
        .put("sha256", segment.found().sha256())
        .put("footer", name(segment.footer()))
        .put("index", name(segment.index()));
  }

  private JsonObject object(Problem problem) {
    return new JsonObject()
        .put("severity", name(problem.severity()))
        .put("kind", problem.kind())
        .put("file", relative(problem.file()))
        .put("position", problem.position())
        .put("fromOffset", problem.fromOffset())
        .put("toOffset", problem.toOffset())
        .put("message", problem.message());
  }

  private String relative(Path file) {
    return file.startsWith(directory) ? directory.relativize(file).toString() : file.toString();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
