package dev.daybook.eventlog.log;

/// What a compaction has done.
///
/// @param cleanedUpTo below it no key has two records any more
/// @param nextHorizonMs when the first tombstone or marker may go that is kept for its grace; the largest number when none
/// @param records read
/// @param dropped of them
/// @param bytesBefore of the segments that were replaced
/// @param bytesAfter of those that replaced them
public record CompactionResult(
    long cleanedUpTo,
    long nextHorizonMs,
    long records,
    long dropped,
    long bytesBefore,
    long bytesAfter) {}
