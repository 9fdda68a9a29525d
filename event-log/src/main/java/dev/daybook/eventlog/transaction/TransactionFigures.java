package dev.daybook.eventlog.transaction;

/// How transactions go.
///
/// @param open there are now: begun, and not decided
/// @param ending decided, and not known to every partition
/// @param unloaded partitions of the state that could not be read
/// @param committed since the start
/// @param aborted since the start, those out of time included
/// @param timedOut since the start: aborted because they were open too long
public record TransactionFigures(
    int open, int ending, int unloaded, long committed, long aborted, long timedOut) {}
