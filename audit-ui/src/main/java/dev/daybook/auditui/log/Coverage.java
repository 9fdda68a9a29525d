package dev.daybook.auditui.log;

import java.util.List;
import java.util.Optional;

/// What an answer rests on. `from` and `to` (exclusive) bound the offsets that were considered in a
/// partition, `start` and `end` those it has. Complete means: nothing older was left out.
public record Coverage(
    List<Span> partitions,
    long scanned,
    long decodeFailures,
    boolean complete,
    Optional<String> stoppedAt,
    long elapsedMs) {

  public record Span(int partition, long from, long to, long start, long end) {}
}
