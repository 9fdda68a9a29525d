package dev.daybook.eventlog.log;

import java.nio.file.Path;

/// What somebody wants of a [Compaction].
///
/// @param cleanedUpTo what earlier ones came to; the log's start, or less, when nobody knows
/// @param policy what the topic's settings say
/// @param producers what must stay for the sake of producers
/// @param workFile where new segments are written, for nobody else's use
/// @param keyBytes the memory for keys
/// @param nowMs the time that tombstones go by
/// @param datedMs the date from which a tombstone is kept for its time that is found now
public record CompactionRequest(
    long cleanedUpTo,
    CompactionPolicy policy,
    ProducerEnds producers,
    Path workFile,
    long keyBytes,
    long nowMs,
    long datedMs) {}
